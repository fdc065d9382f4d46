package dev.weft.api.functions;

import dev.weft.api.OutputTag;

/**
 * Sees each record of a keyed stream with state and timers of its key.
 *
 * @param <K> the key
 * @param <I> records in
 * @param <O> records out
 */
public abstract class KeyedProcessFunction<K, I, O> extends AbstractRichFunction {
  /** Handles one record. */
  public abstract void processElement(I value, Context ctx, Collector<O> out) throws Exception;

  /** Called when a timer of a key is due. */
  public void onTimer(long timestamp, OnTimerContext ctx, Collector<O> out) throws Exception {}

  /** The surroundings of a call. */
  public abstract class Context {
    /** The record's or the timer's timestamp in milliseconds, or null without one. */
    public abstract Long timestamp();

    /** Time and timers of the current key. */
    public abstract TimerService timerService();

    /** Emits to a side output. */
    public abstract <X> void output(OutputTag<X> outputTag, X value);

    /** The current key. */
    public abstract K getCurrentKey();
  }

  /** The surroundings of a timer's call. */
  public abstract class OnTimerContext extends Context {
    /** Which clock the timer follows. */
    public abstract TimeDomain timeDomain();
  }
}
