package dev.weft.engine.operator.pair;

import dev.weft.api.functions.co.CoMapFunction;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.Output;
import dev.weft.engine.operator.RowLoop;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.StateStore;

/** Runs a map function of two inputs. */
final class CoMapOperator extends PairOperator<CoMapFunction<Object, Object, Object>> {
  CoMapOperator(ChainSpec.OperatorSpec spec, TwoInputOperation.CoMap<?, ?, ?> operation) {
    super(spec, operation, First.class, Second.class);
  }

  @Override
  void onTimer(long time) {}

  static final class First implements RowLoop<PairOperator<CoMapFunction<Object, Object, Object>>> {
    @Override
    public void run(
        PairOperator<CoMapFunction<Object, Object, Object>> owner, ObjectBatch batch, Output out)
        throws Exception {
      CoMapFunction<Object, Object, Object> function = owner.function;
      StateStore store = owner.store();
      Object[] keys = owner.keys();
      int[] hashes = owner.hashes();
      Object[] values = batch.values();
      int size = batch.size();
      Object[] results = owner.results.take(size);
      int row = 0;
      try {
        for (; row < size; row++) {
          if (store != null) {
            store.selectKey(keys[row], hashes[row]);
          }
          results[row] = function.map1(values[row]);
        }
      } catch (Throwable t) {
        throw owner.site().atRecord(t, values[row], batch.timestamp(row));
      }
      out.emit(new ObjectBatch(results, batch.timestamps(), null, size));
      owner.results.clear(size);
    }
  }

  static final class Second
      implements RowLoop<PairOperator<CoMapFunction<Object, Object, Object>>> {
    @Override
    public void run(
        PairOperator<CoMapFunction<Object, Object, Object>> owner, ObjectBatch batch, Output out)
        throws Exception {
      CoMapFunction<Object, Object, Object> function = owner.function;
      StateStore store = owner.store();
      Object[] keys = owner.keys();
      int[] hashes = owner.hashes();
      Object[] values = batch.values();
      int size = batch.size();
      Object[] results = owner.results.take(size);
      int row = 0;
      try {
        for (; row < size; row++) {
          if (store != null) {
            store.selectKey(keys[row], hashes[row]);
          }
          results[row] = function.map2(values[row]);
        }
      } catch (Throwable t) {
        throw owner.site().atRecord(t, values[row], batch.timestamp(row));
      }
      out.emit(new ObjectBatch(results, batch.timestamps(), null, size));
      owner.results.clear(size);
    }
  }
}
