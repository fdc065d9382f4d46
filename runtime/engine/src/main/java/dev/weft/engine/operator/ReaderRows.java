package dev.weft.engine.operator;

import dev.weft.api.connector.ReaderOutput;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.exchange.BatchBuilder;

/**
 * Collects what a reader emits in one poll. A reader that does not mind {@link #isFull} makes it
 * grow.
 */
final class ReaderRows implements ReaderOutput<Object> {
  private final OperatorSite site;
  private final BatchBuilder rows = new BatchBuilder();
  private int rowsMax = ObjectBatch.ROWS_MAX;
  private Thread owner;

  ReaderRows(OperatorSite site) {
    this.site = site;
  }

  /** Opens for a poll by this thread, which may bring so many rows. */
  void begin(int limit) {
    rowsMax = limit;
    owner = Thread.currentThread();
  }

  /** Closes after a poll. */
  void end() {
    owner = null;
  }

  /** What was collected, until {@link #reuse()}. */
  ObjectBatch lend() {
    return rows.lend();
  }

  /** What was collected is done with. */
  void reuse() {
    rows.reuse();
  }

  @Override
  public void collect(Object record, long timestamp) {
    if (Thread.currentThread() != owner) {
      throw site.misuse(
          "has a reader that emits outside of pollNext or from another thread; hand records over to"
              + " the thread that calls pollNext");
    }
    rows.add(record, timestamp);
  }

  @Override
  public boolean isFull() {
    return rows.size() >= rowsMax;
  }
}
