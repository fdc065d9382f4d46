package dev.weft.engine.operator;

import dev.weft.api.graph.Folded;
import dev.weft.api.graph.Operation;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.spill.RowSorter;
import dev.weft.engine.spill.SortedRows;
import dev.weft.engine.state.StateStore;

/**
 * Folds bounded input and emits the fold of each key at its end. Folds that outgrow memory are
 * sorted by key on disk and folded once more when they are merged.
 */
final class FinalReduceOperator extends FoldingOperator {
  private final boolean combined;
  private RowSorter sorter;
  private SortedRows rows;
  private boolean rowAtHand;
  private boolean overflowed;
  private int nextSlot;

  FinalReduceOperator(ChainSpec.OperatorSpec spec, Operation.FinalReduce<?> reduce) {
    super(spec, reduce.function(), spec.outputType());
    this.combined = reduce.combined();
  }

  @Override
  protected StateStore prepare() {
    sorter =
        new RowSorter(
            spec.key().keyType(),
            spec.outputType(),
            context.memory().child("sort", MemoryPool.UNLIMITED),
            context.files(),
            context.scratch());
    return super.prepare();
  }

  @Override
  protected void processRows(int input, ObjectBatch batch, Output out) throws Exception {
    rowKeys.take(batch, site);
    fold(combined ? foldsOf(batch) : batch, out);
  }

  private static ObjectBatch foldsOf(ObjectBatch batch) {
    Object[] folds = new Object[batch.size()];
    for (int row = 0; row < folds.length; row++) {
      folds[row] = ((Folded) batch.value(row)).fold();
    }
    return new ObjectBatch(folds, null, null, folds.length);
  }

  @Override
  void emptyTable(Output out) {
    overflowed = true;
    for (int slot = 0; slot < table.capacity(); slot++) {
      Object fold = table.fold(slot);
      if (fold != null) {
        sorter.add(table.key(slot), table.hash(slot), fold, ObjectBatch.NO_TIMESTAMP);
      }
    }
    table.shrink();
  }

  @Override
  public boolean drain(Output out) throws Exception {
    if (overflowed && rows == null) {
      emptyTable(out);
      rows = sorter.sorted();
      rowAtHand = rows.next();
    }
    boolean done = overflowed ? emitRows(out) : emitTable(out);
    if (done) {
      out.watermark(Long.MAX_VALUE);
    }
    return done;
  }

  private boolean emitTable(Output out) {
    int end = Math.min(table.capacity(), nextSlot + 4 * ObjectBatch.ROWS_MAX);
    for (; nextSlot < end; nextSlot++) {
      Object fold = table.fold(nextSlot);
      if (fold != null) {
        out.emit(fold, ObjectBatch.NO_TIMESTAMP);
      }
    }
    return nextSlot == table.capacity();
  }

  private boolean emitRows(Output out) {
    for (int emitted = 0; rowAtHand && emitted < ObjectBatch.ROWS_MAX; emitted++) {
      Object fold = rows.value();
      rowAtHand = rows.next();
      while (rowAtHand && !rows.firstOfKey()) {
        Object value = rows.value();
        try {
          fold = function.reduce(fold, value);
        } catch (Throwable t) {
          throw site.atRecord(t, value, ObjectBatch.NO_TIMESTAMP);
        }
        rowAtHand = rows.next();
      }
      out.emit(fold, ObjectBatch.NO_TIMESTAMP);
    }
    return !rowAtHand;
  }

  @Override
  public void close() throws Exception {
    try {
      super.close();
    } finally {
      if (rows != null) {
        rows.close();
      }
      if (sorter != null) {
        sorter.close();
      }
    }
  }
}
