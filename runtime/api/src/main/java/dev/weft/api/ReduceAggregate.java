package dev.weft.api;

import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.ReduceFunction;

/** A reduce function as an aggregate whose accumulator is the fold so far, null before any. */
public final class ReduceAggregate<T> implements AggregateFunction<T, T, T> {
  private final ReduceFunction<T> reducer;

  /** The fold by a function. */
  public ReduceAggregate(ReduceFunction<T> reducer) {
    this.reducer = reducer;
  }

  @Override
  public T createAccumulator() {
    return null;
  }

  @Override
  public T add(T value, T accumulator) {
    return accumulator == null ? value : reduce(accumulator, value);
  }

  @Override
  public T getResult(T accumulator) {
    return accumulator;
  }

  @Override
  public T merge(T left, T right) {
    if (left == null || right == null) {
      return left == null ? right : left;
    }
    return reduce(left, right);
  }

  /** The user's own exception passes as it is, through a signature without checked exceptions. */
  private T reduce(T left, T right) {
    try {
      return reducer.reduce(left, right);
    } catch (Exception e) {
      ReduceAggregate.<RuntimeException>throwAsIs(e);
      throw new IllegalStateException("not reached", e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Exception> void throwAsIs(Exception e) throws E {
    throw (E) e;
  }
}
