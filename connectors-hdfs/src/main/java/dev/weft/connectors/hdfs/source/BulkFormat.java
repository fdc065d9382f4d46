package dev.weft.connectors.hdfs.source;

import dev.weft.api.fs.FileStore;
import dev.weft.api.types.TypeInformation;
import java.io.IOException;
import java.io.Serializable;

/**
 * How the records of a file are read. Shipped with the job; one format reads many splits.
 *
 * @param <T> the records
 */
public interface BulkFormat<T> extends Serializable {
  /** The type of the records. */
  TypeInformation<T> producedType();

  /**
   * Whether a file may be read in ranges. Ranges are cut at any byte; the format gives each record
   * to exactly one of the ranges, by the byte at which the record or its block begins.
   *
   * @throws dev.weft.api.error.WeftException when files of this name cannot be read at all
   */
  boolean splittable(SourceFile file);

  /**
   * Opens the range of a split at the split's position.
   *
   * @throws dev.weft.api.error.WeftException with code DATA when the file is damaged
   */
  RecordReader<T> open(FileStore files, FileSplit split) throws IOException;
}
