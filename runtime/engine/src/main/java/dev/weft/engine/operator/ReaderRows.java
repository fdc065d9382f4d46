package dev.weft.engine.operator;

import dev.weft.api.connector.ReaderOutput;
import dev.weft.engine.batch.ObjectBatch;
import java.util.Arrays;

/**
 * Collects what a reader emits in one poll. A reader that does not mind {@link #isFull} makes it
 * grow.
 */
final class ReaderRows implements ReaderOutput<Object> {
  private final OperatorSite site;
  private Object[] values = new Object[ObjectBatch.ROWS_MAX];
  private long[] timestamps;
  private int size;
  private Thread owner;

  ReaderRows(OperatorSite site) {
    this.site = site;
  }

  /** Opens for a poll by this thread. */
  void begin() {
    owner = Thread.currentThread();
  }

  /** Closes after a poll. */
  void end() {
    owner = null;
  }

  /** Takes what was collected. */
  ObjectBatch take() {
    ObjectBatch batch = new ObjectBatch(values, timestamps, null, size);
    if (size > 0) {
      values = new Object[ObjectBatch.ROWS_MAX];
      timestamps = timestamps == null ? null : new long[ObjectBatch.ROWS_MAX];
      size = 0;
    }
    return batch;
  }

  @Override
  public void collect(Object record, long timestamp) {
    if (Thread.currentThread() != owner) {
      throw site.misuse(
          "has a reader that emits outside of pollNext or from another thread; hand records over to"
              + " the thread that calls pollNext");
    }
    int row = size;
    if (row == values.length) {
      grow();
    }
    values[row] = record;
    if (timestamps != null) {
      timestamps[row] = timestamp;
    } else if (timestamp != NO_TIMESTAMP) {
      firstTimestamp(row, timestamp);
    }
    size = row + 1;
  }

  private void grow() {
    values = Arrays.copyOf(values, size * 2);
    timestamps = timestamps == null ? null : Arrays.copyOf(timestamps, size * 2);
  }

  private void firstTimestamp(int row, long timestamp) {
    timestamps = new long[values.length];
    Arrays.fill(timestamps, 0, row, NO_TIMESTAMP);
    timestamps[row] = timestamp;
  }

  @Override
  public boolean isFull() {
    return size >= ObjectBatch.ROWS_MAX;
  }
}
