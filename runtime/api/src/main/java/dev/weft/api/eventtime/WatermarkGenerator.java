package dev.weft.api.eventtime;

/**
 * Finds out how far event time has come. Made anew for every subtask and after every restart; used
 * by one thread.
 *
 * @param <T> the records
 */
public interface WatermarkGenerator<T> {
  /** A record passes; a watermark that is emitted here comes right behind it. */
  void onEvent(T event, long eventTimestamp, WatermarkOutput output);

  /** Called at the interval of {@code pipeline.auto-watermark-interval}. */
  void onPeriodicEmit(WatermarkOutput output);
}
