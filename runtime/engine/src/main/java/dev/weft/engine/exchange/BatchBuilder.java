package dev.weft.engine.exchange;

import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.batch.RowScratch;
import java.util.Arrays;

/** Gathers rows into batches. Used by one thread. */
public final class BatchBuilder {
  private static final int CAPACITY_MIN = 16;

  private Object[] values = new Object[CAPACITY_MIN];
  private long[] timestamps;
  private int[] hashes;
  private int size;
  private int uses;

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
      grow(row + 1);
    }
    values[row] = value;
    if (timestamps != null) {
      timestamps[row] = timestamp;
    } else if (timestamp != ObjectBatch.NO_TIMESTAMP) {
      firstTimestamp(row);
      timestamps[row] = timestamp;
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

  /**
   * Adds rows of a batch.
   *
   * @param keyHashes of the rows of the batch, or null; every row gets a hash or none does
   * @param from the first of the rows
   */
  void add(ObjectBatch batch, int[] keyHashes, int from, int count) {
    int row = size;
    if (row + count > values.length) {
      grow(row + count);
    }
    if (row == 0 && keyHashes == null) {
      hashes = null;
    }
    System.arraycopy(batch.values(), from, values, row, count);
    if (batch.hasTimestamps()) {
      if (timestamps == null) {
        firstTimestamp(row);
      }
      System.arraycopy(batch.timestamps(), from, timestamps, row, count);
    } else if (timestamps != null) {
      Arrays.fill(timestamps, row, row + count, ObjectBatch.NO_TIMESTAMP);
    }
    if (keyHashes != null) {
      if (hashes == null) {
        hashes = new int[values.length];
      }
      System.arraycopy(keyHashes, from, hashes, row, count);
    }
    size = row + count;
  }

  /** Gives the rows away and begins anew with room for about as many. */
  public ObjectBatch build() {
    return build(null);
  }

  /**
   * Gives the rows away and begins anew.
   *
   * @param spare a batch that nobody needs any more, whose arrays are used; null for new ones
   */
  ObjectBatch build(ObjectBatch spare) {
    ObjectBatch batch = lend();
    if (spare != null) {
      values = spare.values();
      timestamps = timestamps == null ? null : fitting(spare.timestamps());
      hashes = hashes == null ? null : fitting(spare.hashes());
    } else {
      renew(size);
    }
    size = 0;
    return batch;
  }

  private long[] fitting(long[] some) {
    return some != null && some.length >= values.length ? some : new long[values.length];
  }

  private int[] fitting(int[] some) {
    return some != null && some.length >= values.length ? some : new int[values.length];
  }

  private void renew(int rows) {
    int capacity = CAPACITY_MIN;
    while (capacity < rows) {
      capacity <<= 1;
    }
    values = new Object[capacity];
    timestamps = timestamps == null ? null : new long[capacity];
    hashes = hashes == null ? null : new int[capacity];
  }

  /** Shows the rows until {@link #reuse()}, which must come before the next row. */
  public ObjectBatch lend() {
    return new ObjectBatch(values, timestamps, hashes, size);
  }

  /** The rows that were lent are done with: begins anew with the same arrays. */
  public void reuse() {
    if (size == 0) {
      return;
    }
    if (++uses == RowScratch.USES_MAX) {
      uses = 0;
      renew(size);
    } else {
      Arrays.fill(values, 0, size, null);
    }
    size = 0;
  }

  private void firstTimestamp(int row) {
    timestamps = new long[values.length];
    Arrays.fill(timestamps, 0, row, ObjectBatch.NO_TIMESTAMP);
  }

  private void grow(int rows) {
    int capacity = values.length * 2;
    while (capacity < rows) {
      capacity <<= 1;
    }
    values = Arrays.copyOf(values, capacity);
    timestamps = timestamps == null ? null : Arrays.copyOf(timestamps, capacity);
    hashes = hashes == null ? null : Arrays.copyOf(hashes, capacity);
  }
}
