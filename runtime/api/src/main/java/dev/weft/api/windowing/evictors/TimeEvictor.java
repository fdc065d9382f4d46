package dev.weft.api.windowing.evictors;

import dev.weft.api.windowing.windows.Window;
import java.time.Duration;
import java.util.Iterator;

/** Keeps the records whose time is close to the latest. */
public final class TimeEvictor<W extends Window> implements Evictor<Object, W> {
  private static final long serialVersionUID = 1;

  private final long windowMillis;
  private final boolean doEvictAfter;

  private TimeEvictor(long windowMillis, boolean doEvictAfter) {
    this.windowMillis = windowMillis;
    this.doEvictAfter = doEvictAfter;
  }

  /** Keeps records that are less than so long before the latest, before the function. */
  public static <W extends Window> TimeEvictor<W> of(Duration windowSize) {
    return of(windowSize, false);
  }

  /** Keeps records that are less than so long before the latest. */
  public static <W extends Window> TimeEvictor<W> of(Duration windowSize, boolean doEvictAfter) {
    return new TimeEvictor<>(windowSize.toMillis(), doEvictAfter);
  }

  @Override
  public void evictBefore(
      Iterable<TimestampedValue<Object>> elements, int size, W window, EvictorContext ctx) {
    if (!doEvictAfter) {
      evict(elements, size);
    }
  }

  @Override
  public void evictAfter(
      Iterable<TimestampedValue<Object>> elements, int size, W window, EvictorContext ctx) {
    if (doEvictAfter) {
      evict(elements, size);
    }
  }

  private void evict(Iterable<TimestampedValue<Object>> elements, int size) {
    long latest = Long.MIN_VALUE;
    for (TimestampedValue<Object> element : elements) {
      if (!element.hasTimestamp()) {
        return;
      }
      latest = Math.max(latest, element.timestamp());
    }
    long cutoff = latest - windowMillis;
    for (Iterator<TimestampedValue<Object>> each = elements.iterator(); each.hasNext(); ) {
      if (each.next().timestamp() <= cutoff) {
        each.remove();
      }
    }
  }
}
