package dev.weft.engine.operator.pair;

import dev.weft.api.OutputTag;
import dev.weft.api.functions.TimeDomain;
import dev.weft.api.functions.TimerService;
import dev.weft.api.functions.co.KeyedCoProcessFunction;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.EmitCollector;
import dev.weft.engine.operator.Output;
import dev.weft.engine.operator.RowLoop;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.StateStore;

/** Runs a process function of two keyed inputs that names its key. */
final class KeyedCoProcessOperator
    extends PairOperator<KeyedCoProcessFunction<Object, Object, Object, Object>> {
  final Call call;

  KeyedCoProcessOperator(
      ChainSpec.OperatorSpec spec, TwoInputOperation.KeyedCoProcess<?, ?, ?, ?> operation) {
    super(spec, operation, First.class, Second.class);
    call = new Call(this);
  }

  @Override
  void onTimer(long time) throws Exception {
    function.onTimer(time, call, collector());
  }

  static final class First
      implements RowLoop<PairOperator<KeyedCoProcessFunction<Object, Object, Object, Object>>> {
    @Override
    public void run(
        PairOperator<KeyedCoProcessFunction<Object, Object, Object, Object>> owner,
        ObjectBatch batch,
        Output out)
        throws Exception {
      KeyedCoProcessFunction<Object, Object, Object, Object> function = owner.function;
      Call call = ((KeyedCoProcessOperator) owner).call;
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
          function.processElement1(values[row], call, collector);
        } catch (Throwable t) {
          throw collector.failure(t, values[row]);
        }
      }
    }
  }

  static final class Second
      implements RowLoop<PairOperator<KeyedCoProcessFunction<Object, Object, Object, Object>>> {
    @Override
    public void run(
        PairOperator<KeyedCoProcessFunction<Object, Object, Object, Object>> owner,
        ObjectBatch batch,
        Output out)
        throws Exception {
      KeyedCoProcessFunction<Object, Object, Object, Object> function = owner.function;
      Call call = ((KeyedCoProcessOperator) owner).call;
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
          function.processElement2(values[row], call, collector);
        } catch (Throwable t) {
          throw collector.failure(t, values[row]);
        }
      }
    }
  }

  /** The context of all calls of one function, of records and of timers. */
  static final class Call
      extends KeyedCoProcessFunction<Object, Object, Object, Object>.OnTimerContext {
    private final KeyedCoProcessOperator owner;

    Call(KeyedCoProcessOperator owner) {
      owner.function.super();
      this.owner = owner;
    }

    @Override
    public Long timestamp() {
      return owner.moment.timestampOrNull();
    }

    @Override
    public <X> void output(OutputTag<X> outputTag, X value) {
      owner.collector().collect(outputTag, value);
    }

    @Override
    public TimerService timerService() {
      return owner.moment;
    }

    @Override
    public TimeDomain timeDomain() {
      return owner.moment.domain;
    }

    @Override
    public Object getCurrentKey() {
      return owner.store().currentKey();
    }
  }
}
