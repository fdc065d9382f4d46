package dev.weft.api.windowing.evictors;

import dev.weft.api.windowing.windows.Window;
import java.io.Serializable;

/**
 * Removes records of a window that fires, through the iterators' {@code remove}. What is removed is
 * gone for later firings too.
 *
 * @param <T> the records
 * @param <W> the windows
 */
public interface Evictor<T, W extends Window> extends Serializable {
  /** Called before the window's function. */
  void evictBefore(
      Iterable<TimestampedValue<T>> elements, int size, W window, EvictorContext evictorContext);

  /** Called after the window's function. */
  void evictAfter(
      Iterable<TimestampedValue<T>> elements, int size, W window, EvictorContext evictorContext);

  /** Time. */
  interface EvictorContext {
    /** Wall-clock milliseconds. */
    long getCurrentProcessingTime();

    /** The watermark in milliseconds. */
    long getCurrentWatermark();
  }
}
