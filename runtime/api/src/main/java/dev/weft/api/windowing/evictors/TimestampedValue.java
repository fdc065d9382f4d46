package dev.weft.api.windowing.evictors;

/**
 * A record of a window with its time.
 *
 * @param value the record
 * @param timestamp milliseconds; {@code Long.MIN_VALUE} where the record has none
 */
public record TimestampedValue<T>(T value, long timestamp) {
  /** The record. */
  public T getValue() {
    return value;
  }

  /** Milliseconds. */
  public long getTimestamp() {
    return timestamp;
  }

  /** Whether the record has a timestamp. */
  public boolean hasTimestamp() {
    return timestamp != Long.MIN_VALUE;
  }
}
