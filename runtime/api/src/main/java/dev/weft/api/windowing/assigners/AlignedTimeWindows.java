package dev.weft.api.windowing.assigners;

import dev.weft.api.types.TypeSerializer;
import dev.weft.api.windowing.windows.TimeWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Windows of one length that begin at regular moments, the same for all keys. A closed set, which
 * the engine cuts into panes.
 */
public abstract sealed class AlignedTimeWindows extends WindowAssigner<Object, TimeWindow>
    permits TumblingEventTimeWindows,
        SlidingEventTimeWindows,
        TumblingProcessingTimeWindows,
        SlidingProcessingTimeWindows {
  private static final long serialVersionUID = 1;

  private final long sizeMillis;
  private final long slideMillis;
  private final long offsetMillis;

  AlignedTimeWindows(Duration size, Duration slide, Duration offset) {
    this.sizeMillis = size.toMillis();
    this.slideMillis = slide.toMillis();
    this.offsetMillis = offset.toMillis();
    if (sizeMillis <= 0 || slideMillis <= 0) {
      throw new IllegalArgumentException(
          "windows are longer than 0 ms and slide by more than 0 ms, not "
              + size
              + " and "
              + slide);
    }
    if (Math.abs(offsetMillis) >= slideMillis) {
      throw new IllegalArgumentException(
          "the offset "
              + offsetMillis
              + " ms is not smaller than "
              + slideMillis
              + " ms, after which windows begin");
    }
  }

  /** The length of windows. */
  public final long sizeMillis() {
    return sizeMillis;
  }

  /** How long after a window the next begins. */
  public final long slideMillis() {
    return slideMillis;
  }

  /** By how much the beginnings are shifted from the epoch. */
  public final long offsetMillis() {
    return offsetMillis;
  }

  @Override
  public final Collection<TimeWindow> assignWindows(
      Object element, long timestamp, WindowAssignerContext context) {
    long time = isEventTime() ? timestamp : context.getCurrentProcessingTime();
    long last = TimeWindow.getWindowStartWithOffset(time, offsetMillis, slideMillis);
    if (slideMillis == sizeMillis) {
      return List.of(new TimeWindow(last, last + sizeMillis));
    }
    List<TimeWindow> windows = new ArrayList<>((int) Math.min(64, sizeMillis / slideMillis + 1));
    for (long start = last; start > time - sizeMillis; start -= slideMillis) {
      windows.add(new TimeWindow(start, start + sizeMillis));
    }
    return windows;
  }

  @Override
  public final TypeSerializer<TimeWindow> getWindowSerializer() {
    return new TimeWindow.Serializer();
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName()
        + "("
        + sizeMillis
        + " ms, "
        + slideMillis
        + " ms, "
        + offsetMillis
        + " ms)";
  }
}
