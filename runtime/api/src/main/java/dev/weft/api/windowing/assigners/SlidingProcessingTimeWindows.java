package dev.weft.api.windowing.assigners;

import dev.weft.api.windowing.triggers.ProcessingTimeTrigger;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.windows.TimeWindow;
import java.time.Duration;

/** Windows of one length that overlap, by the wall clock. */
public final class SlidingProcessingTimeWindows extends AlignedTimeWindows {
  private static final long serialVersionUID = 1;

  private SlidingProcessingTimeWindows(Duration size, Duration slide, Duration offset) {
    super(size, slide, offset);
  }

  /** Windows of the given length, of which one begins every slide, aligned to the epoch. */
  public static SlidingProcessingTimeWindows of(Duration size, Duration slide) {
    return of(size, slide, Duration.ZERO);
  }

  /** Windows shifted by an offset smaller than the slide. */
  public static SlidingProcessingTimeWindows of(Duration size, Duration slide, Duration offset) {
    return new SlidingProcessingTimeWindows(size, slide, offset);
  }

  @Override
  public Trigger<Object, TimeWindow> getDefaultTrigger() {
    return ProcessingTimeTrigger.create();
  }

  @Override
  public boolean isEventTime() {
    return false;
  }
}
