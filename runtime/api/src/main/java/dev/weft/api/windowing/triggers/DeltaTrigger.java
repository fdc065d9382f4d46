package dev.weft.api.windowing.triggers;

import dev.weft.api.functions.windowing.DeltaFunction;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.windows.Window;
import java.util.Objects;

/** Fires when a record is further than a threshold from the one that fired last. */
public final class DeltaTrigger<T, W extends Window> extends Trigger<T, W> {
  private static final long serialVersionUID = 1;

  private final double threshold;
  private final DeltaFunction<T> deltaFunction;
  private final ValueStateDescriptor<T> last;

  private DeltaTrigger(double threshold, DeltaFunction<T> deltaFunction, TypeInformation<T> type) {
    this.threshold = threshold;
    this.deltaFunction = Objects.requireNonNull(deltaFunction, "the delta function is null");
    this.last = new ValueStateDescriptor<>("last-element", type);
  }

  /** Fires beyond a threshold, for records of the given type. */
  public static <T, W extends Window> DeltaTrigger<T, W> of(
      double threshold, DeltaFunction<T> deltaFunction, TypeInformation<T> type) {
    return new DeltaTrigger<>(threshold, deltaFunction, type);
  }

  @Override
  public TriggerResult onElement(T element, long timestamp, W window, TriggerContext ctx)
      throws Exception {
    ValueState<T> lastFired = ctx.getPartitionedState(last);
    T before = lastFired.value();
    if (before == null) {
      lastFired.update(element);
      return TriggerResult.CONTINUE;
    }
    if (deltaFunction.getDelta(before, element) <= threshold) {
      return TriggerResult.CONTINUE;
    }
    lastFired.update(element);
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
  public void clear(W window, TriggerContext ctx) {
    ctx.getPartitionedState(last).clear();
  }
}
