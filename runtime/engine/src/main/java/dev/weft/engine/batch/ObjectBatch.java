package dev.weft.engine.batch;

import java.util.Arrays;

/**
 * Records that travel together. Whoever is handed a batch may read it until the call ends and
 * copies what it keeps: the arrays are then used for other records.
 */
public final class ObjectBatch {
  /** How many rows a batch has at most. */
  public static final int ROWS_MAX = 1024;

  /** The timestamp of a row without one. */
  public static final long NO_TIMESTAMP = Long.MIN_VALUE;

  private final Object[] values;
  private final long[] timestamps;
  private final int[] hashes;
  private final int size;

  /**
   * Takes over the arrays.
   *
   * @param values the records; at least {@code size} long
   * @param timestamps event time in milliseconds per row, or null when no row has one
   * @param hashes stable key hash per row, or null when the batch is not keyed
   * @param size rows in use
   */
  public ObjectBatch(Object[] values, long[] timestamps, int[] hashes, int size) {
    this.values = values;
    this.timestamps = timestamps;
    this.hashes = hashes;
    this.size = size;
  }

  /** Rows. */
  public int size() {
    return size;
  }

  /** The record of a row. */
  public Object value(int row) {
    return values[row];
  }

  /** The event time of a row in milliseconds, or {@link #NO_TIMESTAMP}. */
  public long timestamp(int row) {
    return timestamps == null ? NO_TIMESTAMP : timestamps[row];
  }

  /** Whether rows may have timestamps. */
  public boolean hasTimestamps() {
    return timestamps != null;
  }

  /** The stable hash of a row's key; only where {@link #hasHashes()}. */
  public int hash(int row) {
    return hashes[row];
  }

  /** Whether the rows' key hashes are known. */
  public boolean hasHashes() {
    return hashes != null;
  }

  /** A copy of some rows. */
  public ObjectBatch part(int from, int to) {
    return new ObjectBatch(
        Arrays.copyOfRange(values, from, to),
        timestamps == null ? null : Arrays.copyOfRange(timestamps, from, to),
        hashes == null ? null : Arrays.copyOfRange(hashes, from, to),
        to - from);
  }

  /** The records' array, for loops; not to be changed. */
  public Object[] values() {
    return values;
  }

  /** The timestamps' array, or null; not to be changed. */
  public long[] timestamps() {
    return timestamps;
  }

  /** The hashes' array, or null; not to be changed. */
  public int[] hashes() {
    return hashes;
  }
}
