package dev.weft.engine.operator.pair;

import dev.weft.api.functions.co.CoFlatMapFunction;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.EmitCollector;
import dev.weft.engine.operator.Output;
import dev.weft.engine.operator.RowLoop;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.StateStore;

/** Runs a flat-map function of two inputs. */
final class CoFlatMapOperator extends PairOperator<CoFlatMapFunction<Object, Object, Object>> {
  CoFlatMapOperator(ChainSpec.OperatorSpec spec, TwoInputOperation.CoFlatMap<?, ?, ?> operation) {
    super(spec, operation, First.class, Second.class);
  }

  @Override
  void onTimer(long time) {}

  static final class First
      implements RowLoop<PairOperator<CoFlatMapFunction<Object, Object, Object>>> {
    @Override
    public void run(
        PairOperator<CoFlatMapFunction<Object, Object, Object>> owner,
        ObjectBatch batch,
        Output out)
        throws Exception {
      CoFlatMapFunction<Object, Object, Object> function = owner.function;
      StateStore store = owner.store();
      Object[] keys = owner.keys();
      int[] hashes = owner.hashes();
      EmitCollector collector = owner.collector();
      Moment moment = owner.moment;
      Object[] values = batch.values();
      int size = batch.size();
      for (int row = 0; row < size; row++) {
        long timestamp = batch.timestamp(row);
        if (store != null) {
          store.selectKey(keys[row], hashes[row]);
        }
        moment.timestamp = timestamp;
        collector.timestamp(timestamp);
        try {
          function.flatMap1(values[row], collector);
        } catch (Throwable t) {
          throw collector.failure(t, values[row]);
        }
      }
    }
  }

  static final class Second
      implements RowLoop<PairOperator<CoFlatMapFunction<Object, Object, Object>>> {
    @Override
    public void run(
        PairOperator<CoFlatMapFunction<Object, Object, Object>> owner,
        ObjectBatch batch,
        Output out)
        throws Exception {
      CoFlatMapFunction<Object, Object, Object> function = owner.function;
      StateStore store = owner.store();
      Object[] keys = owner.keys();
      int[] hashes = owner.hashes();
      EmitCollector collector = owner.collector();
      Moment moment = owner.moment;
      Object[] values = batch.values();
      int size = batch.size();
      for (int row = 0; row < size; row++) {
        long timestamp = batch.timestamp(row);
        if (store != null) {
          store.selectKey(keys[row], hashes[row]);
        }
        moment.timestamp = timestamp;
        collector.timestamp(timestamp);
        try {
          function.flatMap2(values[row], collector);
        } catch (Throwable t) {
          throw collector.failure(t, values[row]);
        }
      }
    }
  }
}
