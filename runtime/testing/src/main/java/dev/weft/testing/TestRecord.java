package dev.weft.testing;

/**
 * A record with its event time.
 *
 * @param value the record
 * @param timestamp milliseconds, or {@link #NO_TIMESTAMP}
 */
public record TestRecord<T>(T value, long timestamp) {
  /** The timestamp of a record without one. */
  public static final long NO_TIMESTAMP = Long.MIN_VALUE;

  /** A record with an event time in milliseconds. */
  public static <T> TestRecord<T> at(T value, long timestamp) {
    return new TestRecord<>(value, timestamp);
  }

  /** A record without an event time. */
  public static <T> TestRecord<T> of(T value) {
    return new TestRecord<>(value, NO_TIMESTAMP);
  }

  /** Whether the record has an event time. */
  public boolean hasTimestamp() {
    return timestamp != NO_TIMESTAMP;
  }
}
