package dev.weft.api.functions;

/**
 * Makes one record of each pair of records that a join brings together.
 *
 * @param <IN1> records of the first stream
 * @param <IN2> records of the second stream
 * @param <OUT> records out
 */
@FunctionalInterface
public interface JoinFunction<IN1, IN2, OUT> extends Function {
  /** Returns the record that the pair becomes. */
  OUT join(IN1 first, IN2 second) throws Exception;
}
