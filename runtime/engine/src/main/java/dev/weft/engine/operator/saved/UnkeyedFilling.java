package dev.weft.engine.operator.saved;

import dev.weft.api.functions.RichFunction;
import dev.weft.api.savepoint.BroadcastStateBootstrapFunction;
import dev.weft.api.savepoint.StateBootstrapFunction;
import dev.weft.api.state.BroadcastState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.FunctionOperator;
import dev.weft.engine.operator.Output;
import dev.weft.engine.protocol.ChainSpec;

/** Lets a user's function fill lists or broadcast states. */
final class UnkeyedFilling extends FunctionOperator
    implements StateBootstrapFunction.Context, BroadcastStateBootstrapFunction.Context {
  private final RichFunction function;

  UnkeyedFilling(ChainSpec.OperatorSpec spec, RichFunction function) {
    super(spec, function);
    this.function = function;
  }

  @Override
  protected void processRows(int input, ObjectBatch batch, Output out) throws Exception {
    for (int row = 0; row < batch.size(); row++) {
      Object value = batch.value(row);
      try {
        take(value);
      } catch (Throwable t) {
        throw collector.failure(t, value);
      }
    }
  }

  @SuppressWarnings("unchecked")
  private void take(Object value) throws Exception {
    if (function instanceof StateBootstrapFunction<?> lists) {
      ((StateBootstrapFunction<Object>) lists).processElement(value, this);
    } else {
      ((BroadcastStateBootstrapFunction<Object>) function).processElement(value, this);
    }
  }

  @Override
  public long currentProcessingTime() {
    return context.clock().currentTimeMillis();
  }

  @Override
  public <K, V> BroadcastState<K, V> getBroadcastState(MapStateDescriptor<K, V> descriptor) {
    return unkeyedState().getBroadcastState(descriptor);
  }
}
