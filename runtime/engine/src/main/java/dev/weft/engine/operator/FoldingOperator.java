package dev.weft.engine.operator;

import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.graph.PrimitiveFold;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.StateStore;
import java.lang.invoke.MethodHandles;

/** Folds the records of each key of bounded input in a table. */
abstract class FoldingOperator extends FunctionOperator {
  final ReduceFunction<Object> function;
  final PrimitiveFold<Object> primitive;
  private final TypeInformation<?> foldType;
  final RowKeys rowKeys;
  private final RowLoop<FoldingOperator> loop;
  FoldTable table;

  @SuppressWarnings("unchecked")
  FoldingOperator(
      ChainSpec.OperatorSpec spec, ReduceFunction<?> function, TypeInformation<?> foldType) {
    super(spec, function);
    this.function = (ReduceFunction<Object>) required(function, spec);
    this.primitive =
        function instanceof PrimitiveFold<?> fold ? (PrimitiveFold<Object>) fold : null;
    this.foldType = foldType;
    this.rowKeys = new RowKeys(spec);
    this.loop =
        HiddenCopies.loop(
            MethodHandles.lookup(),
            primitive == null ? ReduceLoop.class : NumberLoop.class,
            function.getClass());
  }

  @Override
  protected StateStore prepare() {
    table =
        new FoldTable(
            spec.key().keyType(), foldType, rowKeys.selector, primitive, context.memory());
    return null;
  }

  /** The table is full: empties it. */
  abstract void emptyTable(Output out);

  /** Folds rows whose keys are at hand. */
  final void fold(ObjectBatch batch, Output out) throws Exception {
    boolean room = table.locate(rowKeys.keys, rowKeys.hashes, batch.values(), batch.size());
    loop.run(this, batch, out);
    rowKeys.clear(batch.size());
    if (!room) {
      emptyTable(out);
    }
  }

  /** Incoming watermarks say nothing: there is none before the end. */
  @Override
  public boolean ownsWatermarks() {
    return true;
  }

  static final class ReduceLoop implements RowLoop<FoldingOperator> {
    @Override
    public void run(FoldingOperator owner, ObjectBatch batch, Output out) throws Exception {
      ReduceFunction<Object> function = owner.function;
      Object[] folds = owner.table.folds;
      int[] slots = owner.table.slots;
      Object[] values = batch.values();
      int size = batch.size();
      int row = 0;
      try {
        for (; row < size; row++) {
          int slot = slots[row];
          if (slot >= 0) {
            Object before = folds[slot];
            folds[slot] = before == null ? values[row] : function.reduce(before, values[row]);
          }
        }
      } catch (Throwable t) {
        throw owner.site.atRecord(t, values[row], batch.timestamp(row));
      }
    }
  }

  static final class NumberLoop implements RowLoop<FoldingOperator> {
    @Override
    public void run(FoldingOperator owner, ObjectBatch batch, Output out) {
      PrimitiveFold<Object> fold = owner.primitive;
      long[] numbers = owner.table.numbers;
      int[] slots = owner.table.slots;
      Object[] values = batch.values();
      int size = batch.size();
      int row = 0;
      try {
        for (; row < size; row++) {
          int slot = slots[row];
          if (slot >= 0) {
            int at = 2 * slot + 1;
            numbers[at] = fold.fold(numbers[at], values[row]);
          }
        }
      } catch (Throwable t) {
        throw owner.site.atRecord(t, values[row], batch.timestamp(row));
      }
    }
  }
}
