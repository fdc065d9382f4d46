package dev.weft.api.functions.co;

import dev.weft.api.functions.Function;

/**
 * Turns each record of two connected streams into one record.
 *
 * @param <I1> records of the first stream
 * @param <I2> records of the second stream
 * @param <O> records out
 */
public interface CoMapFunction<I1, I2, O> extends Function {
  /** Handles a record of the first stream. */
  O map1(I1 value) throws Exception;

  /** Handles a record of the second stream. */
  O map2(I2 value) throws Exception;
}
