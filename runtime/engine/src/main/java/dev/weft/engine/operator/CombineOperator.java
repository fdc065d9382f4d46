package dev.weft.engine.operator;

import dev.weft.api.graph.Folded;
import dev.weft.api.graph.Operation;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;

/**
 * Folds records of a key that meet in one subtask before they are sent to the subtask of the key.
 * When a full table has not made the records fewer by half, they pass as they are from then on.
 */
final class CombineOperator extends FoldingOperator {
  private static final int ENTRIES_MAX = 1 << 18;
  private static final int WORTH_IT = 2;

  private long rows;
  private boolean passing;
  private boolean emptied;

  CombineOperator(ChainSpec.OperatorSpec spec, Operation.Combine<?> combine) {
    super(spec, combine.function(), spec.inputType());
  }

  @Override
  protected void processRows(int input, ObjectBatch batch, Output out) throws Exception {
    rowKeys.take(batch, site);
    if (passing) {
      for (int row = 0; row < batch.size(); row++) {
        out.emit(new Folded(rowKeys.keys[row], batch.value(row)), ObjectBatch.NO_TIMESTAMP);
      }
      return;
    }
    rows += batch.size();
    fold(batch, out);
    if (table.size() > ENTRIES_MAX) {
      emptyTable(out);
    }
  }

  @Override
  void emptyTable(Output out) {
    passing = rows < (long) table.size() * WORTH_IT;
    rows = 0;
    emitTable(out);
    if (passing) {
      table.shrink();
    } else {
      table.clear();
    }
  }

  @Override
  public boolean drain(Output out) {
    if (!emptied) {
      emptied = true;
      emitTable(out);
      table.shrink();
      out.watermark(Long.MAX_VALUE);
    }
    return true;
  }

  private void emitTable(Output out) {
    for (int slot = 0; slot < table.capacity(); slot++) {
      Object fold = table.fold(slot);
      if (fold != null) {
        out.emit(new Folded(table.key(slot), fold), ObjectBatch.NO_TIMESTAMP);
      }
    }
  }
}
