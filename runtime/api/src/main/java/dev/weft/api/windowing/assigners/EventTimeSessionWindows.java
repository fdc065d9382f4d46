package dev.weft.api.windowing.assigners;

import dev.weft.api.windowing.triggers.EventTimeTrigger;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.windows.TimeWindow;
import java.time.Duration;

/** Sessions by event time that end after a pause of fixed length. */
public final class EventTimeSessionWindows extends SessionWindows<Object> {
  private static final long serialVersionUID = 1;

  private final long gapMillis;

  private EventTimeSessionWindows(long gapMillis) {
    this.gapMillis = gapMillis;
  }

  /** Sessions that end after a pause of the given length. */
  public static EventTimeSessionWindows withGap(Duration gap) {
    return new EventTimeSessionWindows(checkedGap(gap));
  }

  /** Sessions that end after a pause that follows from each record. */
  public static <T> DynamicEventTimeSessionWindows<T> withDynamicGap(
      SessionWindowTimeGapExtractor<T> extractor) {
    return new DynamicEventTimeSessionWindows<>(extractor);
  }

  @Override
  long gapMillis(Object element) {
    return gapMillis;
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
