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
  private Object[] values;
  private long[] timestamps;
  private boolean timed;
  private int size;
  private Thread owner;

  ReaderRows(OperatorSite site) {
    this.site = site;
    allocate();
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
    ObjectBatch batch = new ObjectBatch(values, timed ? timestamps : null, null, size);
    if (size > 0) {
      allocate();
    }
    return batch;
  }

  private void allocate() {
    values = new Object[ObjectBatch.ROWS_MAX];
    timestamps = new long[ObjectBatch.ROWS_MAX];
    timed = false;
    size = 0;
  }

  @Override
  public void collect(Object record, long timestamp) {
    if (Thread.currentThread() != owner) {
      throw site.misuse(
          "has a reader that emits outside of pollNext or from another thread; hand records over to"
              + " the thread that calls pollNext");
    }
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
      timestamps = Arrays.copyOf(timestamps, size * 2);
    }
    values[size] = record;
    timestamps[size++] = timestamp;
    timed |= timestamp != NO_TIMESTAMP;
  }

  @Override
  public boolean isFull() {
    return size >= ObjectBatch.ROWS_MAX;
  }
}
