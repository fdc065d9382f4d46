package dev.weft.api.eventtime;

/**
 * Reads the event time out of a record.
 *
 * @param <T> the records
 */
@FunctionalInterface
public interface TimestampAssigner<T> {
  /** What stands for a timestamp that is not there. */
  long NO_TIMESTAMP = Long.MIN_VALUE;

  /**
   * The event time in milliseconds since the epoch.
   *
   * @param recordTimestamp the timestamp the source gave, or {@link #NO_TIMESTAMP}
   */
  long extractTimestamp(T element, long recordTimestamp);
}
