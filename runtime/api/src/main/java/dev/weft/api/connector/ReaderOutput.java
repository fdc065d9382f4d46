package dev.weft.api.connector;

/**
 * Where a reader puts records.
 *
 * @param <T> the records
 */
public interface ReaderOutput<T> {
  /** The timestamp of a record that has none. */
  long NO_TIMESTAMP = Long.MIN_VALUE;

  /** Emits a record without a timestamp of its own. */
  default void collect(T record) {
    collect(record, NO_TIMESTAMP);
  }

  /** Emits a record with its event time in milliseconds. */
  void collect(T record, long timestamp);

  /** Whether the reader should return from {@code pollNext} now because enough was emitted. */
  boolean isFull();
}
