package dev.weft.api.windowing.assigners;

import dev.weft.api.windowing.triggers.ProcessingTimeTrigger;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.windows.TimeWindow;
import java.time.Duration;

/** Windows of one length that do not overlap, by the wall clock. */
public final class TumblingProcessingTimeWindows extends AlignedTimeWindows {
  private static final long serialVersionUID = 1;

  private TumblingProcessingTimeWindows(Duration size, Duration offset) {
    super(size, size, offset);
  }

  /** Windows of the given length, aligned to the epoch. */
  public static TumblingProcessingTimeWindows of(Duration size) {
    return of(size, Duration.ZERO);
  }

  /** Windows of the given length, shifted by an offset smaller than the length. */
  public static TumblingProcessingTimeWindows of(Duration size, Duration offset) {
    return new TumblingProcessingTimeWindows(size, offset);
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
