package dev.weft.engine.operator.window;

import dev.weft.api.state.State;
import dev.weft.api.state.StateDescriptor;
import dev.weft.api.windowing.triggers.Trigger.OnMergeContext;
import dev.weft.api.windowing.windows.Window;
import java.util.List;

/** The context of all calls of a trigger. */
final class TriggerCall implements OnMergeContext {
  private final AnyWindowOperator owner;
  WindowStates states;
  List<Window> merged = List.of();
  private Window window;

  TriggerCall(AnyWindowOperator owner) {
    this.owner = owner;
  }

  /** Sets the window of the next call. */
  void at(Window next) {
    window = next;
    states.window = next;
  }

  private long number() {
    try {
      return owner.numberOf(window);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public long getCurrentProcessingTime() {
    return owner.context.clock().currentTimeMillis();
  }

  @Override
  public long getCurrentWatermark() {
    return owner.watermark;
  }

  @Override
  public void registerProcessingTimeTimer(long time) {
    owner.timers.setProcessing(time, number());
  }

  @Override
  public void registerEventTimeTimer(long time) {
    owner.timers.setEvent(time, number());
  }

  @Override
  public void deleteProcessingTimeTimer(long time) {
    if (!owner.ends(window, false, time)) {
      owner.timers.clearProcessing(time, number());
    }
  }

  @Override
  public void deleteEventTimeTimer(long time) {
    if (!owner.ends(window, true, time)) {
      owner.timers.clearEvent(time, number());
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public <S extends State> S getPartitionedState(StateDescriptor<S, ?> stateDescriptor) {
    return (S) states.of(stateDescriptor);
  }

  @Override
  public void mergePartitionedState(StateDescriptor<?, ?> stateDescriptor) {
    try {
      states.merge(stateDescriptor, merged);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
