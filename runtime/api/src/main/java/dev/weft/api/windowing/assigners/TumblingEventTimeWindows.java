package dev.weft.api.windowing.assigners;

import dev.weft.api.windowing.triggers.EventTimeTrigger;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.windows.TimeWindow;
import java.time.Duration;

/** Windows of one length that do not overlap, by event time. */
public final class TumblingEventTimeWindows extends AlignedTimeWindows {
  private static final long serialVersionUID = 1;

  private TumblingEventTimeWindows(Duration size, Duration offset) {
    super(size, size, offset);
  }

  /** Windows of the given length, aligned to the epoch. */
  public static TumblingEventTimeWindows of(Duration size) {
    return of(size, Duration.ZERO);
  }

  /** Windows of the given length, shifted by an offset smaller than the length. */
  public static TumblingEventTimeWindows of(Duration size, Duration offset) {
    return new TumblingEventTimeWindows(size, offset);
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
