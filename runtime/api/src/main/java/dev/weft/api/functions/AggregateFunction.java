package dev.weft.api.functions;

/**
 * Folds records into an accumulator and the accumulator into a result.
 *
 * @param <IN> the records
 * @param <ACC> the accumulator; needs a derivable type
 * @param <OUT> the result
 */
public interface AggregateFunction<IN, ACC, OUT> extends Function {
  /** A fresh accumulator. */
  ACC createAccumulator();

  /** Adds a record; may change and return the given accumulator. */
  ACC add(IN value, ACC accumulator);

  /** The result so far; the accumulator may be used on. */
  OUT getResult(ACC accumulator);

  /** Joins two accumulators; may change and return the first. */
  ACC merge(ACC left, ACC right);
}
