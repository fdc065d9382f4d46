package dev.weft.api.functions;

/** Turns each record into any number. */
@FunctionalInterface
public interface FlatMapFunction<T, O> extends Function {
  /** Emits the results for a record. */
  void flatMap(T value, Collector<O> out) throws Exception;
}
