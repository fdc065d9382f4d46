package dev.weft.api.functions;

/**
 * Sees all records of two streams that have one key and lie in one window.
 *
 * @param <IN1> records of the first stream
 * @param <IN2> records of the second stream
 * @param <O> records out
 */
@FunctionalInterface
public interface CoGroupFunction<IN1, IN2, O> extends Function {
  /** Handles one group; one of the two sides may be empty. */
  void coGroup(Iterable<IN1> first, Iterable<IN2> second, Collector<O> out) throws Exception;
}
