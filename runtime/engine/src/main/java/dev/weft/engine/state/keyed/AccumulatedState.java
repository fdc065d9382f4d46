package dev.weft.engine.state.keyed;

import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.state.AggregatingState;
import dev.weft.api.state.ValueState;

/** An accumulator that values are added to. */
record AccumulatedState<I, A, O>(ValueState<A> accumulator, AggregateFunction<I, A, O> function)
    implements AggregatingState<I, O> {
  @Override
  public O get() throws Exception {
    A before = accumulator.value();
    return before == null ? null : function.getResult(before);
  }

  @Override
  public void add(I value) throws Exception {
    if (value == null) {
      clear();
      return;
    }
    A before = accumulator.value();
    accumulator.update(function.add(value, before == null ? function.createAccumulator() : before));
  }

  @Override
  public void clear() {
    accumulator.clear();
  }
}
