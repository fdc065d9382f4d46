package dev.weft.engine.operator.saved;

import dev.weft.api.functions.TimerService;
import dev.weft.api.savepoint.KeyedStateBootstrapFunction;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.KeyTimers;
import dev.weft.engine.operator.KeyedOperator;
import dev.weft.engine.operator.Output;
import dev.weft.engine.protocol.ChainSpec;

/** Lets a user's function fill keyed states and set timers. */
final class KeyedFilling extends KeyedOperator {
  private final KeyedStateBootstrapFunction<Object, Object> function;
  private final Call call;

  @SuppressWarnings("unchecked")
  KeyedFilling(ChainSpec.OperatorSpec spec, KeyedStateBootstrapFunction<?, ?> function) {
    super(spec, function);
    this.function = (KeyedStateBootstrapFunction<Object, Object>) required(function, spec);
    this.call = new Call(this);
  }

  @Override
  protected void processKeyed(int input, ObjectBatch batch, Output out) throws Exception {
    for (int row = 0; row < batch.size(); row++) {
      Object value = batch.value(row);
      store.selectKey(keys[row], hashes[row]);
      try {
        function.processElement(value, call);
      } catch (Throwable t) {
        throw collector.failure(t, value);
      }
    }
  }

  /** The context of all calls; timers are set and do not fire. */
  private static final class Call extends KeyedStateBootstrapFunction<Object, Object>.Context {
    private final KeyedFilling owner;
    private final KeyTimers timers;

    Call(KeyedFilling owner) {
      owner.function.super();
      this.owner = owner;
      this.timers = new KeyTimers(owner);
    }

    @Override
    public TimerService timerService() {
      return timers;
    }

    @Override
    public Object getCurrentKey() {
      return owner.store.currentKey();
    }
  }
}
