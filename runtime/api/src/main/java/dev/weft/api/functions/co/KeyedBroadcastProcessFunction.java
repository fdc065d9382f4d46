package dev.weft.api.functions.co;

import dev.weft.api.OutputTag;
import dev.weft.api.functions.AbstractRichFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.TimeDomain;
import dev.weft.api.functions.TimerService;
import dev.weft.api.state.BroadcastState;
import dev.weft.api.state.KeyedStateFunction;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ReadOnlyBroadcastState;
import dev.weft.api.state.State;
import dev.weft.api.state.StateDescriptor;

/**
 * Sees each record of a keyed stream, and each record of a broadcast stream in every subtask.
 * Records of the broadcast stream may change the broadcast state; for the others it can only be
 * read.
 *
 * @param <K> the key of the stream that is not broadcast
 * @param <I1> records of the stream that is not broadcast
 * @param <I2> records of the broadcast stream
 * @param <O> records out
 */
public abstract class KeyedBroadcastProcessFunction<K, I1, I2, O> extends AbstractRichFunction {
  /** Handles a record of the stream that is not broadcast. */
  public abstract void processElement(I1 value, ReadOnlyContext ctx, Collector<O> out)
      throws Exception;

  /**
   * Handles a record of the broadcast stream, once in every subtask. What it does to the broadcast
   * state depends on nothing that differs between subtasks: they all must end up with one state.
   */
  public abstract void processBroadcastElement(I2 value, Context ctx, Collector<O> out)
      throws Exception;

  /** Called when a timer of a key is due. */
  public void onTimer(long timestamp, OnTimerContext ctx, Collector<O> out) throws Exception {}

  /** The surroundings of a call for a record of the broadcast stream. */
  public abstract class Context {
    /** The record's timestamp in milliseconds, or null without one. */
    public abstract Long timestamp();

    /** Emits to a side output. */
    public abstract <X> void output(OutputTag<X> outputTag, X value);

    /** The wall clock, milliseconds. */
    public abstract long currentProcessingTime();

    /** The event time that both streams reached, milliseconds. */
    public abstract long currentWatermark();

    /** The broadcast state that the broadcast stream was made with. */
    public abstract <S, V> BroadcastState<S, V> getBroadcastState(
        MapStateDescriptor<S, V> stateDescriptor);

    /**
     * Runs a function on the state of each key of this subtask that has one, in no certain order.
     * It may change the state; meanwhile the other states are those of that key, too.
     */
    public abstract <VS, S extends State> void applyToKeyedState(
        StateDescriptor<S, VS> stateDescriptor, KeyedStateFunction<K, S> function) throws Exception;
  }

  /** The surroundings of a call for a record of the other stream. */
  public abstract class ReadOnlyContext {
    /** The record's or the timer's timestamp in milliseconds, or null without one. */
    public abstract Long timestamp();

    /** Emits to a side output. */
    public abstract <X> void output(OutputTag<X> outputTag, X value);

    /** The wall clock, milliseconds. */
    public abstract long currentProcessingTime();

    /** The event time that both streams reached, milliseconds. */
    public abstract long currentWatermark();

    /** The broadcast state that the broadcast stream was made with. */
    public abstract <S, V> ReadOnlyBroadcastState<S, V> getBroadcastState(
        MapStateDescriptor<S, V> stateDescriptor);

    /** Time and timers of the current key. */
    public abstract TimerService timerService();

    /** The current key. */
    public abstract K getCurrentKey();
  }

  /** The surroundings of a timer's call. */
  public abstract class OnTimerContext extends ReadOnlyContext {
    /** Which clock the timer follows. */
    public abstract TimeDomain timeDomain();
  }
}
