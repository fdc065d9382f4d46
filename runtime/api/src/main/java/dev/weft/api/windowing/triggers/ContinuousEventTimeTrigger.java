package dev.weft.api.windowing.triggers;

import dev.weft.api.state.ReducingState;
import dev.weft.api.state.ReducingStateDescriptor;
import dev.weft.api.types.Types;
import dev.weft.api.windowing.windows.Window;
import java.time.Duration;

/** Fires again and again while a window is open, at regular moments of event time. */
public final class ContinuousEventTimeTrigger<W extends Window> extends Trigger<Object, W> {
  private static final long serialVersionUID = 1;

  private final long intervalMillis;
  private final ReducingStateDescriptor<Long> nextFire =
      new ReducingStateDescriptor<>("fire-time", Math::min, Types.LONG);

  private ContinuousEventTimeTrigger(long intervalMillis) {
    if (intervalMillis <= 0) {
      throw new IllegalArgumentException(
          "a continuous trigger fires after more than 0 ms, not " + intervalMillis);
    }
    this.intervalMillis = intervalMillis;
  }

  /** Fires once in every interval. */
  public static <W extends Window> ContinuousEventTimeTrigger<W> of(Duration interval) {
    return new ContinuousEventTimeTrigger<>(interval.toMillis());
  }

  @Override
  public TriggerResult onElement(Object element, long timestamp, W window, TriggerContext ctx)
      throws Exception {
    if (window.maxTimestamp() <= ctx.getCurrentWatermark()) {
      return TriggerResult.FIRE;
    }
    ctx.registerEventTimeTimer(window.maxTimestamp());
    ReducingState<Long> fireTime = ctx.getPartitionedState(nextFire);
    if (fireTime.get() == null) {
      registerNext(timestamp - Math.floorMod(timestamp, intervalMillis), window, ctx, fireTime);
    }
    return TriggerResult.CONTINUE;
  }

  @Override
  public TriggerResult onEventTime(long time, W window, TriggerContext ctx) throws Exception {
    if (time == window.maxTimestamp()) {
      return TriggerResult.FIRE;
    }
    ReducingState<Long> fireTime = ctx.getPartitionedState(nextFire);
    Long due = fireTime.get();
    if (due == null || due != time) {
      return TriggerResult.CONTINUE;
    }
    fireTime.clear();
    if (time < window.maxTimestamp()) {
      registerNext(time, window, ctx, fireTime);
    }
    return TriggerResult.FIRE;
  }

  @Override
  public TriggerResult onProcessingTime(long time, W window, TriggerContext ctx) {
    return TriggerResult.CONTINUE;
  }

  @Override
  public boolean canMerge() {
    return true;
  }

  @Override
  public void onMerge(W window, OnMergeContext ctx) throws Exception {
    ctx.mergePartitionedState(nextFire);
    Long due = ctx.<ReducingState<Long>>getPartitionedState(nextFire).get();
    if (due != null) {
      ctx.registerEventTimeTimer(due);
    }
    if (window.maxTimestamp() > ctx.getCurrentWatermark()) {
      ctx.registerEventTimeTimer(window.maxTimestamp());
    }
  }

  @Override
  public void clear(W window, TriggerContext ctx) throws Exception {
    ReducingState<Long> fireTime = ctx.getPartitionedState(nextFire);
    Long due = fireTime.get();
    if (due != null) {
      ctx.deleteEventTimeTimer(due);
      fireTime.clear();
    }
    ctx.deleteEventTimeTimer(window.maxTimestamp());
  }

  private void registerNext(long time, W window, TriggerContext ctx, ReducingState<Long> fireTime)
      throws Exception {
    boolean endOfTime = ctx.getCurrentWatermark() == Long.MAX_VALUE;
    // a window without end would fire once for every moment between now and the end of time
    long next =
        endOfTime && window.maxTimestamp() == Long.MAX_VALUE
            ? Long.MAX_VALUE
            : Math.min(time + intervalMillis, window.maxTimestamp());
    fireTime.add(next);
    ctx.registerEventTimeTimer(next);
  }
}
