package dev.weft.connectors.hdfs.sink;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.util.List;

/**
 * Puts one file behind another, for formats in which that gives a file: lines of text, CSV, JSON
 * lines, and these compressed by gzip.
 */
public final class ConcatFileCompactor implements FileCompactor {
  private static final long serialVersionUID = 1;
  private static final int BUFFER_BYTES = 256 << 10;

  private final byte[] delimiter;

  /** Nothing comes between two files. */
  public ConcatFileCompactor() {
    this(new byte[0]);
  }

  /** These bytes come between two files. */
  public ConcatFileCompactor(byte[] fileDelimiter) {
    this.delimiter = fileDelimiter.clone();
  }

  @Override
  public void compact(FileStore files, List<String> inputFiles, FileOutput output)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    boolean first = true;
    for (String path : inputFiles) {
      if (!first) {
        output.write(delimiter);
      }
      first = false;
      try (FileInput input = files.open(path)) {
        for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
          output.write(buffer, 0, count);
        }
      }
    }
  }
}
