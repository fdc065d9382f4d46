package dev.weft.connectors.hdfs.sink;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;

/**
 * Writes records one after another into a file.
 *
 * @param <T> the records
 */
@FunctionalInterface
public interface Encoder<T> extends Serializable {
  /** Writes one record, with whatever separates it from the next; the target is buffered. */
  void encode(T record, OutputStream target) throws IOException;
}
