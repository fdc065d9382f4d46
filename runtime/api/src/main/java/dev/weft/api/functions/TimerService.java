package dev.weft.api.functions;

/** Time and timers of the current key. A timer set twice for one key and time fires once. */
public interface TimerService {
  /** Wall-clock time in milliseconds. */
  long currentProcessingTime();

  /** The watermark of this operator in milliseconds of event time. */
  long currentWatermark();

  /** Calls {@code onTimer} when the wall clock passes the time. */
  void registerProcessingTimeTimer(long time);

  /** Calls {@code onTimer} when the watermark passes the time. */
  void registerEventTimeTimer(long time);

  /** Forgets a processing-time timer. */
  void deleteProcessingTimeTimer(long time);

  /** Forgets an event-time timer. */
  void deleteEventTimeTimer(long time);
}
