package dev.weft.api.functions;

/** Folds two values into one. */
@FunctionalInterface
public interface ReduceFunction<T> extends Function {
  /** Returns the fold; must be associative and must not change its arguments. */
  T reduce(T left, T right) throws Exception;
}
