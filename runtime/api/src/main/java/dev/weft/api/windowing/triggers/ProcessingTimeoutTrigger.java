package dev.weft.api.windowing.triggers;

import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.Types;
import dev.weft.api.windowing.windows.Window;
import java.time.Duration;
import java.util.Objects;

/**
 * Fires when another trigger does on a record, and at every timer of the window: when the other
 * trigger has not fired for some time, at the other trigger's own timers, and when the window ends
 * and its state is dropped. It purges where the other trigger does.
 */
public final class ProcessingTimeoutTrigger<T, W extends Window> extends Trigger<T, W> {
  private static final long serialVersionUID = 1;

  private final Trigger<T, W> nested;
  private final long timeoutMillis;
  private final boolean resetTimerOnNewRecord;
  private final boolean shouldClearOnTimeout;
  private final ValueStateDescriptor<Long> timeout =
      new ValueStateDescriptor<>("timeout", Types.LONG);

  private ProcessingTimeoutTrigger(
      Trigger<T, W> nested, long timeoutMillis, boolean reset, boolean clear) {
    this.nested = Objects.requireNonNull(nested, "the nested trigger is null");
    if (timeoutMillis <= 0) {
      throw new IllegalArgumentException("a timeout is longer than 0 ms, not " + timeoutMillis);
    }
    this.timeoutMillis = timeoutMillis;
    this.resetTimerOnNewRecord = reset;
    this.shouldClearOnTimeout = clear;
  }

  /** Times out so long after the first record, and clears the nested trigger at every timer. */
  public static <T, W extends Window> ProcessingTimeoutTrigger<T, W> of(
      Trigger<T, W> nestedTrigger, Duration timeout) {
    return of(nestedTrigger, timeout, false, true);
  }

  /**
   * Times out.
   *
   * @param resetTimerOnNewRecord whether every record starts the time anew
   * @param shouldClearOnTimeout whether the timeout and the nested trigger are cleared at every
   *     timer, so that the next record starts them anew; otherwise there is no other timeout until
   *     the nested trigger fires on a record or, with {@code resetTimerOnNewRecord}, a record comes
   */
  public static <T, W extends Window> ProcessingTimeoutTrigger<T, W> of(
      Trigger<T, W> nestedTrigger,
      Duration timeout,
      boolean resetTimerOnNewRecord,
      boolean shouldClearOnTimeout) {
    return new ProcessingTimeoutTrigger<>(
        nestedTrigger, timeout.toMillis(), resetTimerOnNewRecord, shouldClearOnTimeout);
  }

  @Override
  public TriggerResult onElement(T element, long timestamp, W window, TriggerContext ctx)
      throws Exception {
    TriggerResult result = nested.onElement(element, timestamp, window, ctx);
    if (result.isFire()) {
      clear(window, ctx);
      return result;
    }
    ValueState<Long> due = ctx.getPartitionedState(timeout);
    Long before = due.value();
    if (before == null || resetTimerOnNewRecord) {
      if (before != null) {
        ctx.deleteProcessingTimeTimer(before);
      }
      long next = ctx.getCurrentProcessingTime() + timeoutMillis;
      due.update(next);
      ctx.registerProcessingTimeTimer(next);
    }
    return result;
  }

  @Override
  public TriggerResult onEventTime(long time, W window, TriggerContext ctx) throws Exception {
    return onTimer(nested.onEventTime(time, window, ctx), window, ctx);
  }

  @Override
  public TriggerResult onProcessingTime(long time, W window, TriggerContext ctx) throws Exception {
    return onTimer(nested.onProcessingTime(time, window, ctx), window, ctx);
  }

  private TriggerResult onTimer(TriggerResult result, W window, TriggerContext ctx)
      throws Exception {
    if (shouldClearOnTimeout) {
      clear(window, ctx);
    }
    return result.isPurge() ? TriggerResult.FIRE_AND_PURGE : TriggerResult.FIRE;
  }

  @Override
  public void clear(W window, TriggerContext ctx) throws Exception {
    ValueState<Long> state = ctx.getPartitionedState(timeout);
    Long due = state.value();
    if (due != null) {
      ctx.deleteProcessingTimeTimer(due);
      state.clear();
    }
    nested.clear(window, ctx);
  }
}
