package dev.weft.engine.operator.window;

import dev.weft.api.windowing.windows.Window;

/**
 * When windows are forgotten.
 *
 * @param millis how long after its end a window by event time lives on
 * @param eventTime whether windows go by event time
 */
record WindowLateness(long millis, boolean eventTime) {
  /** The moment after which a window is forgotten; {@link Long#MAX_VALUE} never. */
  long cleanupTime(Window window) {
    long last = window.maxTimestamp();
    return eventTime ? plus(last) : last;
  }

  /** Whether a window is forgotten already. */
  boolean isLate(Window window, long watermark) {
    return eventTime && cleanupTime(window) <= watermark;
  }

  /** Whether a record that belongs to no window came too late. */
  boolean isLate(long timestamp, long watermark) {
    return eventTime && plus(timestamp) <= watermark;
  }

  private long plus(long time) {
    long later = time + millis;
    return later < time ? Long.MAX_VALUE : later;
  }
}
