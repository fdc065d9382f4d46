package dev.weft.api.functions.co;

import dev.weft.api.OutputTag;
import dev.weft.api.functions.AbstractRichFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.TimeDomain;
import dev.weft.api.functions.TimerService;

/**
 * Sees each record of two connected keyed streams with the state and timers of its key, which both
 * streams share.
 *
 * @param <K> the key
 * @param <I1> records of the first stream
 * @param <I2> records of the second stream
 * @param <O> records out
 */
public abstract class KeyedCoProcessFunction<K, I1, I2, O> extends AbstractRichFunction {
  /** Handles a record of the first stream. */
  public abstract void processElement1(I1 value, Context ctx, Collector<O> out) throws Exception;

  /** Handles a record of the second stream. */
  public abstract void processElement2(I2 value, Context ctx, Collector<O> out) throws Exception;

  /** Called when a timer is due. */
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
