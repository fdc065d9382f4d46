package dev.weft.connectors.hdfs.source;

import dev.weft.api.connector.ReaderOutput;
import java.io.Closeable;
import java.io.IOException;

/**
 * Reads the records of one range. Used by one thread.
 *
 * @param <T> the records
 */
public interface RecordReader<T> extends Closeable {
  /**
   * Emits records until the output is full or the range ends.
   *
   * @return false when the range has ended
   */
  boolean read(ReaderOutput<T> output) throws IOException;

  /** Where reading goes on after the last record emitted. */
  FilePosition position();
}
