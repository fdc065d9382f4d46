package dev.weft.engine.operator.pair;

import dev.weft.api.OutputTag;
import dev.weft.api.functions.co.BroadcastProcessFunction;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.api.state.BroadcastState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ReadOnlyBroadcastState;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.EmitCollector;
import dev.weft.engine.operator.Output;
import dev.weft.engine.operator.RowLoop;
import dev.weft.engine.protocol.ChainSpec;

/** Runs a process function of an input without keys and a broadcast one. */
final class BroadcastProcessOperator
    extends PairOperator<BroadcastProcessFunction<Object, Object, Object>> {
  final BroadcastStates states;
  final Reading reading;
  final Changing changing;

  BroadcastProcessOperator(
      ChainSpec.OperatorSpec spec, TwoInputOperation.BroadcastProcess<?, ?, ?> operation) {
    super(spec, operation, First.class, Second.class);
    states = new BroadcastStates(this, operation.states());
    reading = new Reading(this);
    changing = new Changing(this);
  }

  @Override
  protected void declareState() {
    states.open(unkeyedState());
  }

  @Override
  void onTimer(long time) {}

  static final class First
      implements RowLoop<PairOperator<BroadcastProcessFunction<Object, Object, Object>>> {
    @Override
    public void run(
        PairOperator<BroadcastProcessFunction<Object, Object, Object>> owner,
        ObjectBatch batch,
        Output out)
        throws Exception {
      BroadcastProcessFunction<Object, Object, Object> function = owner.function;
      Reading call = ((BroadcastProcessOperator) owner).reading;
      EmitCollector collector = owner.collector();
      Moment moment = owner.moment;
      Object[] values = batch.values();
      int size = batch.size();
      for (int row = 0; row < size; row++) {
        long timestamp = batch.timestamp(row);
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
      implements RowLoop<PairOperator<BroadcastProcessFunction<Object, Object, Object>>> {
    @Override
    public void run(
        PairOperator<BroadcastProcessFunction<Object, Object, Object>> owner,
        ObjectBatch batch,
        Output out)
        throws Exception {
      BroadcastProcessFunction<Object, Object, Object> function = owner.function;
      Changing call = ((BroadcastProcessOperator) owner).changing;
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

  /** The context of calls for records of the input that is not broadcast. */
  static final class Reading
      extends BroadcastProcessFunction<Object, Object, Object>.ReadOnlyContext {
    private final BroadcastProcessOperator owner;

    Reading(BroadcastProcessOperator owner) {
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
  }

  /** The context of calls for records of the broadcast input. */
  static final class Changing extends BroadcastProcessFunction<Object, Object, Object>.Context {
    private final BroadcastProcessOperator owner;

    Changing(BroadcastProcessOperator owner) {
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
  }
}
