package dev.weft.connectors.hdfs.source;

import dev.weft.api.config.Configuration;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/** Finds the files of a source. Called on the job's leader; may block. */
@FunctionalInterface
public interface FileLister extends Serializable {
  /**
   * The files that are there now, in an order that does not change by chance.
   *
   * @throws dev.weft.api.error.WeftException with code USER when the input does not exist
   */
  List<SourceFile> list(FileStore files, Configuration configuration) throws IOException;
}
