package dev.weft.api.windowing.triggers;

import dev.weft.api.state.ReducingState;
import dev.weft.api.state.ReducingStateDescriptor;
import dev.weft.api.types.Types;
import dev.weft.api.windowing.windows.Window;

/** Fires whenever so many records were added to a window. */
public final class CountTrigger<W extends Window> extends Trigger<Object, W> {
  private static final long serialVersionUID = 1;

  private final long maxCount;
  private final ReducingStateDescriptor<Long> count =
      new ReducingStateDescriptor<>("count", Long::sum, Types.LONG);

  private CountTrigger(long maxCount) {
    if (maxCount <= 0) {
      throw new IllegalArgumentException("a count trigger counts to 1 or more, not " + maxCount);
    }
    this.maxCount = maxCount;
  }

  /** Fires after so many records. */
  public static <W extends Window> CountTrigger<W> of(long maxCount) {
    return new CountTrigger<>(maxCount);
  }

  @Override
  public TriggerResult onElement(Object element, long timestamp, W window, TriggerContext ctx)
      throws Exception {
    ReducingState<Long> counted = ctx.getPartitionedState(count);
    counted.add(1L);
    if (counted.get() < maxCount) {
      return TriggerResult.CONTINUE;
    }
    counted.clear();
    return TriggerResult.FIRE;
  }

  @Override
  public TriggerResult onEventTime(long time, W window, TriggerContext ctx) {
    return TriggerResult.CONTINUE;
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
  public void onMerge(W window, OnMergeContext ctx) {
    ctx.mergePartitionedState(count);
  }

  @Override
  public void clear(W window, TriggerContext ctx) {
    ctx.getPartitionedState(count).clear();
  }
}
