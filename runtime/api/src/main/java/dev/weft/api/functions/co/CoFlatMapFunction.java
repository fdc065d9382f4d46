package dev.weft.api.functions.co;

import dev.weft.api.functions.Collector;
import dev.weft.api.functions.Function;

/**
 * Turns each record of two connected streams into any number of records.
 *
 * @param <I1> records of the first stream
 * @param <I2> records of the second stream
 * @param <O> records out
 */
public interface CoFlatMapFunction<I1, I2, O> extends Function {
  /** Handles a record of the first stream. */
  void flatMap1(I1 value, Collector<O> out) throws Exception;

  /** Handles a record of the second stream. */
  void flatMap2(I2 value, Collector<O> out) throws Exception;
}
