package dev.weft.api.windowing.assigners;

import dev.weft.api.types.TypeSerializer;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.windows.Window;
import java.io.Serializable;
import java.util.Collection;

/**
 * Says which windows a record belongs to. Must give the same windows for the same record and time.
 *
 * @param <T> the records
 * @param <W> the windows
 */
public abstract class WindowAssigner<T, W extends Window> implements Serializable {
  private static final long serialVersionUID = 1;

  /**
   * The windows of a record.
   *
   * @param timestamp the record's timestamp in milliseconds, or {@code Long.MIN_VALUE}
   */
  public abstract Collection<W> assignWindows(
      T element, long timestamp, WindowAssignerContext context);

  /** The trigger of windows for which the program sets none. */
  public abstract Trigger<T, W> getDefaultTrigger();

  /** How windows are written. */
  public abstract TypeSerializer<W> getWindowSerializer();

  /** Whether windows go by event time; otherwise by the wall clock. */
  public abstract boolean isEventTime();

  /** The surroundings of a call. */
  public abstract static class WindowAssignerContext {
    /** Wall-clock milliseconds. */
    public abstract long getCurrentProcessingTime();
  }
}
