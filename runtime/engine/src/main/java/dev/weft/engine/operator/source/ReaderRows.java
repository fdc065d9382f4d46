package dev.weft.engine.operator.source;

import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.connector.SourceOutput;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.exchange.BatchBuilder;
import dev.weft.engine.operator.OperatorSite;
import dev.weft.engine.operator.Output;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Collects what a reader emits in one poll, by split where it says so. A reader that does not mind
 * {@link #isFull} makes it grow.
 */
final class ReaderRows implements ReaderOutput<Object> {
  private final OperatorSite site;
  private final BatchBuilder rows = new BatchBuilder();
  private final Map<String, SplitRows> splits = new LinkedHashMap<>();
  private final ReaderEventTime eventTime;
  private int size;
  private int rowsMax = ObjectBatch.ROWS_MAX;
  private Thread owner;

  ReaderRows(OperatorSite site, ReaderEventTime eventTime) {
    this.site = site;
    this.eventTime = eventTime;
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

  /** Emits what was collected with its event time, and forgets the splits that were released. */
  void emit(Output out) throws Exception {
    emit(null, rows, out);
    if (!splits.isEmpty()) {
      Iterator<Map.Entry<String, SplitRows>> each = splits.entrySet().iterator();
      while (each.hasNext()) {
        Map.Entry<String, SplitRows> split = each.next();
        emit(split.getKey(), split.getValue().rows, out);
        if (split.getValue().released) {
          each.remove();
          eventTime.release(split.getKey());
          eventTime.settle(out);
        }
      }
    }
    size = 0;
    eventTime.settle(out);
  }

  private void emit(String splitId, BatchBuilder from, Output out) throws Exception {
    if (from.size() > 0) {
      eventTime.emit(splitId, from.lend(), out);
      from.reuse();
    }
  }

  private void add(BatchBuilder to, Object record, long timestamp) {
    checkOwner();
    to.add(record, timestamp);
    size++;
  }

  private void checkOwner() {
    if (Thread.currentThread() != owner) {
      throw site.misuse(
          "has a reader that emits outside of pollNext or from another thread; hand records over to"
              + " the thread that calls pollNext");
    }
  }

  @Override
  public void collect(Object record, long timestamp) {
    add(rows, record, timestamp);
  }

  @Override
  public boolean isFull() {
    return size >= rowsMax;
  }

  @Override
  public SourceOutput<Object> createOutputForSplit(String splitId) {
    checkOwner();
    SplitRows split = splits.get(splitId);
    if (split == null) {
      split = new SplitRows();
      splits.put(splitId, split);
      eventTime.open(splitId);
    }
    split.released = false;
    return split;
  }

  @Override
  public void releaseOutputForSplit(String splitId) {
    checkOwner();
    SplitRows split = splits.get(splitId);
    if (split != null) {
      split.released = true;
    }
  }

  /** What a split emits. */
  private final class SplitRows implements SourceOutput<Object> {
    final BatchBuilder rows = new BatchBuilder();
    boolean released;

    @Override
    public void collect(Object record, long timestamp) {
      if (released) {
        throw site.misuse("has a reader that emits to the output of a split that it released");
      }
      add(rows, record, timestamp);
    }
  }
}
