package dev.weft.api.windowing.assigners;

import dev.weft.api.windowing.triggers.EventTimeTrigger;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.windows.TimeWindow;
import java.time.Duration;

/** Windows of one length that overlap, by event time. */
public final class SlidingEventTimeWindows extends AlignedTimeWindows {
  private static final long serialVersionUID = 1;

  private SlidingEventTimeWindows(Duration size, Duration slide, Duration offset) {
    super(size, slide, offset);
  }

  /** Windows of the given length, of which one begins every slide, aligned to the epoch. */
  public static SlidingEventTimeWindows of(Duration size, Duration slide) {
    return of(size, slide, Duration.ZERO);
  }

  /** Windows shifted by an offset smaller than the slide. */
  public static SlidingEventTimeWindows of(Duration size, Duration slide, Duration offset) {
    return new SlidingEventTimeWindows(size, slide, offset);
  }

  @Override
  public Trigger<Object, TimeWindow> getDefaultTrigger() {
    return EventTimeTrigger.create();
  }

  @Override
  public boolean isEventTime() {
    return true;
  }
}
