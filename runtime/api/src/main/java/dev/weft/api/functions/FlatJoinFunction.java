package dev.weft.api.functions;

/**
 * Makes any number of records of each pair of records that a join brings together.
 *
 * @param <IN1> records of the first stream
 * @param <IN2> records of the second stream
 * @param <OUT> records out
 */
@FunctionalInterface
public interface FlatJoinFunction<IN1, IN2, OUT> extends Function {
  /** Emits what the pair becomes. */
  void join(IN1 first, IN2 second, Collector<OUT> out) throws Exception;
}
