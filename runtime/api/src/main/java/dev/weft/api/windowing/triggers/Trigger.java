package dev.weft.api.windowing.triggers;

import dev.weft.api.state.State;
import dev.weft.api.state.StateDescriptor;
import dev.weft.api.windowing.windows.Window;
import java.io.Serializable;

/**
 * Says when a window emits. One trigger serves all keys and windows of a subtask: what it remembers
 * of a window it keeps in the context's state.
 *
 * @param <T> the records
 * @param <W> the windows
 */
public abstract class Trigger<T, W extends Window> implements Serializable {
  private static final long serialVersionUID = 1;

  /** A record was added to a window. */
  public abstract TriggerResult onElement(T element, long timestamp, W window, TriggerContext ctx)
      throws Exception;

  /** A processing-time timer of a window is due. */
  public abstract TriggerResult onProcessingTime(long time, W window, TriggerContext ctx)
      throws Exception;

  /** An event-time timer of a window is due. */
  public abstract TriggerResult onEventTime(long time, W window, TriggerContext ctx)
      throws Exception;

  /** Whether the trigger can serve windows that merge. */
  public boolean canMerge() {
    return false;
  }

  /** Windows became one; timers of the new window are to be set here. */
  public void onMerge(W window, OnMergeContext ctx) throws Exception {
    throw new UnsupportedOperationException("this trigger does not support merging windows");
  }

  /** The window is gone: state and timers of it are to be forgotten. */
  public abstract void clear(W window, TriggerContext ctx) throws Exception;

  /** Time, timers and state of one window of the current key. */
  public interface TriggerContext {
    /** Wall-clock milliseconds. */
    long getCurrentProcessingTime();

    /** The watermark in milliseconds. */
    long getCurrentWatermark();

    /** Sets a processing-time timer. */
    void registerProcessingTimeTimer(long time);

    /** Sets an event-time timer. */
    void registerEventTimeTimer(long time);

    /** Forgets a processing-time timer. */
    void deleteProcessingTimeTimer(long time);

    /** Forgets an event-time timer. */
    void deleteEventTimeTimer(long time);

    /** State of the window and key; of the kind that the descriptor names. */
    <S extends State> S getPartitionedState(StateDescriptor<S, ?> stateDescriptor);
  }

  /** The same for windows that became one. */
  public interface OnMergeContext extends TriggerContext {
    /** Merges the state of the windows that were into that of the window that is. */
    void mergePartitionedState(StateDescriptor<?, ?> stateDescriptor);
  }
}
