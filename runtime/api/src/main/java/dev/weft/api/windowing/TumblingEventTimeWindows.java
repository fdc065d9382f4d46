package dev.weft.api.windowing;

import java.time.Duration;

/** Makes tumbling windows by event time. */
public final class TumblingEventTimeWindows {
  private TumblingEventTimeWindows() {}

  /** Windows of the given length, aligned to the epoch. */
  public static WindowAssigner<TimeWindow> of(Duration size) {
    return of(size, Duration.ZERO);
  }

  /** Windows of the given length, shifted by an offset smaller than the length. */
  public static WindowAssigner<TimeWindow> of(Duration size, Duration offset) {
    return new WindowAssigner.Tumbling(size.toMillis(), offset.toMillis());
  }
}
