package dev.weft.api.functions.co;

import dev.weft.api.OutputTag;
import dev.weft.api.functions.AbstractRichFunction;
import dev.weft.api.functions.Collector;

/**
 * Sees each pair of records that an interval join brings together.
 *
 * @param <I1> records of the left stream
 * @param <I2> records of the right stream
 * @param <O> records out; their timestamp is the later one of the pair
 */
public abstract class ProcessJoinFunction<I1, I2, O> extends AbstractRichFunction {
  /** Handles one pair. */
  public abstract void processElement(I1 left, I2 right, Context ctx, Collector<O> out)
      throws Exception;

  /** The surroundings of a call. */
  public abstract class Context {
    /** The timestamp of the left record, milliseconds. */
    public abstract long getLeftTimestamp();

    /** The timestamp of the right record, milliseconds. */
    public abstract long getRightTimestamp();

    /** The later one of both, milliseconds. */
    public abstract long getTimestamp();

    /** Emits to a side output. */
    public abstract <X> void output(OutputTag<X> outputTag, X value);
  }
}
