package dev.weft.engine.state.keyed;

import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.state.ReducingState;
import dev.weft.api.state.ValueState;

/** A value that others are folded into. */
record FoldedState<T>(ValueState<T> folded, ReduceFunction<T> function)
    implements ReducingState<T> {
  @Override
  public T get() throws Exception {
    return folded.value();
  }

  @Override
  public void add(T value) throws Exception {
    if (value == null) {
      clear();
      return;
    }
    T before = folded.value();
    folded.update(before == null ? value : function.reduce(before, value));
  }

  @Override
  public void clear() {
    folded.clear();
  }
}
