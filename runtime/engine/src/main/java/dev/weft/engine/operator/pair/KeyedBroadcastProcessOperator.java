package dev.weft.engine.operator.pair;

import dev.weft.api.OutputTag;
import dev.weft.api.functions.TimeDomain;
import dev.weft.api.functions.TimerService;
import dev.weft.api.functions.co.KeyedBroadcastProcessFunction;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.api.state.BroadcastState;
import dev.weft.api.state.KeyedStateFunction;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ReadOnlyBroadcastState;
import dev.weft.api.state.State;
import dev.weft.api.state.StateDescriptor;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.EmitCollector;
import dev.weft.engine.operator.Output;
import dev.weft.engine.operator.RowLoop;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.keyed.KeyedStates;

/** Runs a process function of a keyed input and a broadcast one. */
final class KeyedBroadcastProcessOperator
    extends PairOperator<KeyedBroadcastProcessFunction<Object, Object, Object, Object>> {
  final BroadcastStates states;
  private KeyedStates keyedStates;
  final Reading reading;
  final Changing changing;

  KeyedBroadcastProcessOperator(
      ChainSpec.OperatorSpec spec, TwoInputOperation.KeyedBroadcastProcess<?, ?, ?, ?> operation) {
    super(spec, operation, First.class, Second.class);
    states = new BroadcastStates(this, operation.states());
    reading = new Reading(this);
    changing = new Changing(this);
  }

  @Override
  protected void declareState() {
    states.open(unkeyedState());
    keyedStates = new KeyedStates(store(), context.clock());
  }

  @Override
  void onTimer(long time) throws Exception {
    function.onTimer(time, reading, collector());
  }

  static final class First
      implements RowLoop<
          PairOperator<KeyedBroadcastProcessFunction<Object, Object, Object, Object>>> {
    @Override
    public void run(
        PairOperator<KeyedBroadcastProcessFunction<Object, Object, Object, Object>> owner,
        ObjectBatch batch,
        Output out)
        throws Exception {
      KeyedBroadcastProcessFunction<Object, Object, Object, Object> function = owner.function;
      Reading call = ((KeyedBroadcastProcessOperator) owner).reading;
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
          function.processElement(values[row], call, collector);
        } catch (Throwable t) {
          throw collector.failure(t, values[row]);
        }
      }
    }
  }

  static final class Second
      implements RowLoop<
          PairOperator<KeyedBroadcastProcessFunction<Object, Object, Object, Object>>> {
    @Override
    public void run(
        PairOperator<KeyedBroadcastProcessFunction<Object, Object, Object, Object>> owner,
        ObjectBatch batch,
        Output out)
        throws Exception {
      KeyedBroadcastProcessFunction<Object, Object, Object, Object> function = owner.function;
      Changing call = ((KeyedBroadcastProcessOperator) owner).changing;
      owner.store().selectNoKey();
      EmitCollector collector = owner.collector();
      Moment moment = owner.moment;
      Object[] values = batch.values();
      int size = batch.size();
      for (int row = 0; row < size; row++) {
        long timestamp = batch.timestamp(row);
        moment.timestamp = timestamp;
        collector.timestamp(timestamp);
        try {
          function.processBroadcastElement(values[row], call, collector);
        } catch (Throwable t) {
          throw collector.failure(t, values[row]);
        }
      }
    }
  }

  /** The context of calls for records of the keyed input and for timers. */
  static final class Reading
      extends KeyedBroadcastProcessFunction<Object, Object, Object, Object>.OnTimerContext {
    private final KeyedBroadcastProcessOperator owner;

    Reading(KeyedBroadcastProcessOperator owner) {
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
    public long currentProcessingTime() {
      return owner.now();
    }

    @Override
    public long currentWatermark() {
      return owner.watermark();
    }

    @Override
    public <S, V> ReadOnlyBroadcastState<S, V> getBroadcastState(
        MapStateDescriptor<S, V> stateDescriptor) {
      return owner.states.get(stateDescriptor);
    }

    @Override
    public TimerService timerService() {
      return owner.moment;
    }

    @Override
    public Object getCurrentKey() {
      return owner.store().currentKey();
    }

    @Override
    public TimeDomain timeDomain() {
      return owner.moment.domain;
    }
  }

  /** The context of calls for records of the broadcast input. */
  static final class Changing
      extends KeyedBroadcastProcessFunction<Object, Object, Object, Object>.Context {
    private final KeyedBroadcastProcessOperator owner;

    Changing(KeyedBroadcastProcessOperator owner) {
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
    public long currentProcessingTime() {
      return owner.now();
    }

    @Override
    public long currentWatermark() {
      return owner.watermark();
    }

    @Override
    public <S, V> BroadcastState<S, V> getBroadcastState(MapStateDescriptor<S, V> stateDescriptor) {
      return owner.states.get(stateDescriptor);
    }

    @Override
    public <V, S extends State> void applyToKeyedState(
        StateDescriptor<S, V> stateDescriptor, KeyedStateFunction<Object, S> function)
        throws Exception {
      S state = owner.keyedStates.get(stateDescriptor);
      owner.store().forEachKey(stateDescriptor.getName(), key -> function.process(key, state));
    }
  }
}
