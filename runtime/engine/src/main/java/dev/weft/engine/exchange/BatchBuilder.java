package dev.weft.engine.exchange;

import dev.weft.engine.batch.ObjectBatch;
import java.util.Arrays;

/** Gathers rows into batches. Used by one thread. */
public final class BatchBuilder {
  private static final int CAPACITY_MIN = 16;

  private Object[] values = new Object[CAPACITY_MIN];
  private long[] timestamps;
  private int[] hashes;
  private int size;

  /** Rows gathered. */
  public int size() {
    return size;
  }

  /**
   * Adds a row.
   *
   * @param timestamp event time in milliseconds, or {@link ObjectBatch#NO_TIMESTAMP}
   * @return rows gathered
   */
  public int add(Object value, long timestamp) {
    int row = size;
    if (row == values.length) {
      grow();
    }
    values[row] = value;
    if (timestamps != null) {
      timestamps[row] = timestamp;
    } else if (timestamp != ObjectBatch.NO_TIMESTAMP) {
      firstTimestamp(row, timestamp);
    }
    size = row + 1;
    return size;
  }

  /** Adds a row with its key's hash; a builder gets a hash for every row or for none. */
  public int add(Object value, long timestamp, int hash) {
    int row = size;
    add(value, timestamp);
    if (hashes == null) {
      hashes = new int[values.length];
    }
    hashes[row] = hash;
    return size;
  }

  /** Gives the rows away and begins anew with room for about as many. */
  public ObjectBatch build() {
    ObjectBatch batch = new ObjectBatch(values, timestamps, hashes, size);
    int capacity = CAPACITY_MIN;
    while (capacity < size) {
      capacity <<= 1;
    }
    values = new Object[capacity];
    timestamps = timestamps == null ? null : new long[capacity];
    hashes = hashes == null ? null : new int[capacity];
    size = 0;
    return batch;
  }

  private void firstTimestamp(int row, long timestamp) {
    timestamps = new long[values.length];
    Arrays.fill(timestamps, 0, row, ObjectBatch.NO_TIMESTAMP);
    timestamps[row] = timestamp;
  }

  private void grow() {
    int capacity = values.length * 2;
    values = Arrays.copyOf(values, capacity);
    timestamps = timestamps == null ? null : Arrays.copyOf(timestamps, capacity);
    hashes = hashes == null ? null : Arrays.copyOf(hashes, capacity);
  }
}
