package dev.weft.api.eventtime;

import java.io.Serializable;

/** Reads the event time out of a record. */
@FunctionalInterface
public interface SerializableTimestampAssigner<T> extends Serializable {
  /**
   * The event time in milliseconds since the epoch.
   *
   * @param recordTimestamp the timestamp the source gave, or {@code Long.MIN_VALUE}
   */
  long extractTimestamp(T element, long recordTimestamp);
}
