package dev.weft.api.windowing.assigners;

import dev.weft.api.types.TypeSerializer;
import dev.weft.api.windowing.windows.TimeWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Windows of a key that last as long as its records follow each other closely. */
public abstract sealed class SessionWindows<T> extends MergingWindowAssigner<T, TimeWindow>
    permits EventTimeSessionWindows,
        ProcessingTimeSessionWindows,
        DynamicEventTimeSessionWindows,
        DynamicProcessingTimeSessionWindows {
  private static final long serialVersionUID = 1;

  SessionWindows() {}

  static long checkedGap(Duration gap) {
    long millis = gap.toMillis();
    if (millis <= 0) {
      throw new IllegalArgumentException("the gap of sessions is longer than 0 ms, not " + gap);
    }
    return millis;
  }

  /** The gap that follows a record, milliseconds. */
  abstract long gapMillis(T element);

  @Override
  public final Collection<TimeWindow> assignWindows(
      T element, long timestamp, WindowAssignerContext context) {
    long gap = gapMillis(element);
    if (gap <= 0) {
      throw new IllegalArgumentException(
          "the gap of a session is longer than 0 ms, but the extractor says " + gap);
    }
    long start = isEventTime() ? timestamp : context.getCurrentProcessingTime();
    return List.of(new TimeWindow(start, start + gap));
  }

  @Override
  public final void mergeWindows(
      Collection<TimeWindow> windows, MergeCallback<TimeWindow> callback) {
    List<TimeWindow> sorted = new ArrayList<>(windows);
    sorted.sort(Comparator.comparingLong(TimeWindow::getStart));
    List<TimeWindow> joined = new ArrayList<>();
    TimeWindow cover = null;
    for (TimeWindow window : sorted) {
      if (cover != null && cover.intersects(window)) {
        cover = cover.cover(window);
      } else {
        report(joined, cover, callback);
        cover = window;
      }
      joined.add(window);
    }
    report(joined, cover, callback);
  }

  private static void report(
      List<TimeWindow> joined, TimeWindow cover, MergeCallback<TimeWindow> callback) {
    if (joined.size() > 1) {
      callback.merge(List.copyOf(joined), cover);
    }
    joined.clear();
  }

  @Override
  public final TypeSerializer<TimeWindow> getWindowSerializer() {
    return new TimeWindow.Serializer();
  }
}
