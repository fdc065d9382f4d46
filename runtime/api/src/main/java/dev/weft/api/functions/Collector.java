package dev.weft.api.functions;

/**
 * Takes the records a function emits. Valid only during the call it was passed to.
 *
 * @param <T> the records
 */
public interface Collector<T> {
  /** Emits a record. */
  void collect(T record);
}
