package dev.weft.connectors.hdfs.sink;

import java.io.IOException;

/**
 * Writes the records of one file. Used by one thread. When it is given up, it is simply dropped.
 *
 * @param <T> the records
 */
public interface RecordWriter<T> {
  /** Takes a record. */
  void write(T record) throws IOException;

  /** Bytes of the file so far, as far as they are known. */
  long bytes();

  /** Writes everything that is still in memory; the caller then closes the output. */
  void finish() throws IOException;
}
