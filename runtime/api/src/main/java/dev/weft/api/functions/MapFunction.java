package dev.weft.api.functions;

/** Turns each record into one. */
@FunctionalInterface
public interface MapFunction<T, O> extends Function {
  /** Returns the result for a record; null is passed on. */
  O map(T value) throws Exception;
}
