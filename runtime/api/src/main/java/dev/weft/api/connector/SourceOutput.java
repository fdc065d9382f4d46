package dev.weft.api.connector;

/**
 * Where a reader puts records of one split, or of all.
 *
 * @param <T> the records
 */
public interface SourceOutput<T> {
  /** Emits a record without a timestamp of its own. */
  default void collect(T record) {
    collect(record, ReaderOutput.NO_TIMESTAMP);
  }

  /** Emits a record with its event time in milliseconds. */
  void collect(T record, long timestamp);
}
