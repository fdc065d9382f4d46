package dev.weft.api.windowing.assigners;

import dev.weft.api.windowing.triggers.ProcessingTimeTrigger;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.windows.TimeWindow;
import java.time.Duration;

/** Sessions by the wall clock that end after a pause of fixed length. */
public final class ProcessingTimeSessionWindows extends SessionWindows<Object> {
  private static final long serialVersionUID = 1;

  private final long gapMillis;

  private ProcessingTimeSessionWindows(long gapMillis) {
    this.gapMillis = gapMillis;
  }

  /** Sessions that end after a pause of the given length. */
  public static ProcessingTimeSessionWindows withGap(Duration gap) {
    return new ProcessingTimeSessionWindows(checkedGap(gap));
  }

  /** Sessions that end after a pause that follows from each record. */
  public static <T> DynamicProcessingTimeSessionWindows<T> withDynamicGap(
      SessionWindowTimeGapExtractor<T> extractor) {
    return new DynamicProcessingTimeSessionWindows<>(extractor);
  }

  @Override
  long gapMillis(Object element) {
    return gapMillis;
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
