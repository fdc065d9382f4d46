package dev.weft.api.windowing.assigners;

import dev.weft.api.windowing.triggers.EventTimeTrigger;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.windows.TimeWindow;
import java.util.Objects;

/** Sessions by event time that end after a pause that follows from their records. */
public final class DynamicEventTimeSessionWindows<T> extends SessionWindows<T> {
  private static final long serialVersionUID = 1;

  private final SessionWindowTimeGapExtractor<T> extractor;

  DynamicEventTimeSessionWindows(SessionWindowTimeGapExtractor<T> extractor) {
    this.extractor = Objects.requireNonNull(extractor, "the extractor of gaps is null");
  }

  /** Sessions that end after a pause that follows from each record. */
  public static <T> DynamicEventTimeSessionWindows<T> withDynamicGap(
      SessionWindowTimeGapExtractor<T> extractor) {
    return new DynamicEventTimeSessionWindows<>(extractor);
  }

  @Override
  long gapMillis(T element) {
    return extractor.extract(element);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Trigger<T, TimeWindow> getDefaultTrigger() {
    return (Trigger<T, TimeWindow>) (Trigger<?, TimeWindow>) EventTimeTrigger.create();
  }

  @Override
  public boolean isEventTime() {
    return true;
  }
}
