package dev.weft.api.functions;

import dev.weft.api.OutputTag;

/**
 * Sees each record with its timestamp and may emit to side outputs.
 *
 * @param <I> records in
 * @param <O> records out
 */
public abstract class ProcessFunction<I, O> extends AbstractRichFunction {
  /** Handles one record. */
  public abstract void processElement(I value, Context ctx, Collector<O> out) throws Exception;

  /** The surroundings of a call. */
  public abstract class Context {
    /** The record's timestamp in milliseconds, or null without one. */
    public abstract Long timestamp();

    /** Time; timers are refused on streams that are not keyed. */
    public abstract TimerService timerService();

    /** Emits to a side output. */
    public abstract <X> void output(OutputTag<X> outputTag, X value);
  }
}
