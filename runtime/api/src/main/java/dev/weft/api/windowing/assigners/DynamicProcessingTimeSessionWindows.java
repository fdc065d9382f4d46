package dev.weft.api.windowing.assigners;

import dev.weft.api.windowing.triggers.ProcessingTimeTrigger;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.windows.TimeWindow;
import java.util.Objects;

/** Sessions by the wall clock that end after a pause that follows from their records. */
public final class DynamicProcessingTimeSessionWindows<T> extends SessionWindows<T> {
  private static final long serialVersionUID = 1;

  private final SessionWindowTimeGapExtractor<T> extractor;

  DynamicProcessingTimeSessionWindows(SessionWindowTimeGapExtractor<T> extractor) {
    this.extractor = Objects.requireNonNull(extractor, "the extractor of gaps is null");
  }

  /** Sessions that end after a pause that follows from each record. */
  public static <T> DynamicProcessingTimeSessionWindows<T> withDynamicGap(
      SessionWindowTimeGapExtractor<T> extractor) {
    return new DynamicProcessingTimeSessionWindows<>(extractor);
  }

  @Override
  long gapMillis(T element) {
    return extractor.extract(element);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Trigger<T, TimeWindow> getDefaultTrigger() {
    return (Trigger<T, TimeWindow>) (Trigger<?, TimeWindow>) ProcessingTimeTrigger.create();
  }

  @Override
  public boolean isEventTime() {
    return false;
  }
}
