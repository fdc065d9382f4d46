package dev.weft.api.connector;

import java.io.IOException;

/**
 * Writes the records of one subtask. Called by one thread at a time.
 *
 * @param <T> the records
 */
public interface SinkWriter<T> extends AutoCloseable {
  /**
   * Takes a record.
   *
   * @param timestamp event time in milliseconds or {@link ReaderOutput#NO_TIMESTAMP}
   */
  void write(T record, long timestamp) throws IOException;

  /** Called before every checkpoint barrier and at the end: nothing may stay in memory. */
  void flush(boolean endOfInput) throws IOException;

  /** Releases what the writer holds; without a preceding flush, unfinished work is given up. */
  @Override
  void close() throws IOException;
}
