package dev.weft.connectors.hdfs.sink;

import dev.weft.api.fs.FileOutput;
import java.io.IOException;
import java.io.Serializable;

/**
 * Begins files in a format.
 *
 * @param <T> the records
 */
@FunctionalInterface
public interface RecordWriterFactory<T> extends Serializable {
  /** Begins a file; the output stays the caller's, who closes or aborts it. */
  RecordWriter<T> open(FileOutput output) throws IOException;
}
