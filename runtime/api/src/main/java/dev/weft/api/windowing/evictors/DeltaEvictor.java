package dev.weft.api.windowing.evictors;

import dev.weft.api.functions.windowing.DeltaFunction;
import dev.weft.api.windowing.windows.Window;
import java.util.Iterator;

/** Keeps the records that are close to the last one. */
public final class DeltaEvictor<T, W extends Window> implements Evictor<T, W> {
  private static final long serialVersionUID = 1;

  private final double threshold;
  private final DeltaFunction<T> deltaFunction;
  private final boolean doEvictAfter;

  private DeltaEvictor(double threshold, DeltaFunction<T> deltaFunction, boolean doEvictAfter) {
    this.threshold = threshold;
    this.deltaFunction = deltaFunction;
    this.doEvictAfter = doEvictAfter;
  }

  /** Keeps records closer than a threshold, before the function sees them. */
  public static <T, W extends Window> DeltaEvictor<T, W> of(
      double threshold, DeltaFunction<T> deltaFunction) {
    return of(threshold, deltaFunction, false);
  }

  /** Keeps records closer than a threshold, before or after the function sees them. */
  public static <T, W extends Window> DeltaEvictor<T, W> of(
      double threshold, DeltaFunction<T> deltaFunction, boolean doEvictAfter) {
    return new DeltaEvictor<>(threshold, deltaFunction, doEvictAfter);
  }

  @Override
  public void evictBefore(
      Iterable<TimestampedValue<T>> elements, int size, W window, EvictorContext ctx) {
    if (!doEvictAfter) {
      evict(elements, size);
    }
  }

  @Override
  public void evictAfter(
      Iterable<TimestampedValue<T>> elements, int size, W window, EvictorContext ctx) {
    if (doEvictAfter) {
      evict(elements, size);
    }
  }

  private void evict(Iterable<TimestampedValue<T>> elements, int size) {
    TimestampedValue<T> last = null;
    for (TimestampedValue<T> element : elements) {
      last = element;
    }
    for (Iterator<TimestampedValue<T>> each = elements.iterator(); each.hasNext(); ) {
      if (deltaFunction.getDelta(each.next().value(), last.value()) >= threshold) {
        each.remove();
      }
    }
  }
}
