package dev.weft.connectors.hdfs.sink;

import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/** Makes one file of several, with the records of all of them. Used by several threads. */
@FunctionalInterface
public interface FileCompactor extends Serializable {
  /**
   * Writes the merged file; the output stays the caller's, who closes or aborts it.
   *
   * @param files where the inputs lie
   * @param inputFiles paths in the order in which the files were written
   */
  void compact(FileStore files, List<String> inputFiles, FileOutput output) throws IOException;
}
