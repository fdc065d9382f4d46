package dev.weft.connectors.hdfs.source;

import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts files into ranges. Without a size given, a bounded input is cut so that every reader gets
 * several ranges, between a minimum that makes opening a file worth it and a maximum; an unbounded
 * input is cut at the maximum.
 *
 * @param bytesPerSplit the size given, or 0
 */
record SplitPlanner(BulkFormat<?> format, long bytesPerSplit) implements Serializable {
  static final long BYTES_MAX = 128L << 20;
  static final long BYTES_MIN = 4L << 20;
  private static final int SPLITS_PER_READER = 4;

  /** The last range of a file may be longer by this share, so that no tiny one is left. */
  private static final double SLACK = 1.1;

  List<FileSplit> plan(FileStore files, List<SourceFile> found, int parallelism, boolean bounded)
      throws IOException {
    long bytes = bytesPerSplit > 0 ? bytesPerSplit : BYTES_MAX;
    if (bytesPerSplit <= 0 && bounded) {
      long total = found.stream().mapToLong(SourceFile::length).sum();
      long share = total / ((long) Math.max(1, parallelism) * SPLITS_PER_READER);
      bytes = Math.max(BYTES_MIN, Math.min(BYTES_MAX, share));
    }
    List<FileSplit> splits = new ArrayList<>();
    for (SourceFile file : found) {
      long step = format.splittable(file) ? bytes : file.length();
      for (long offset = 0; offset < file.length(); ) {
        long rest = file.length() - offset;
        long length = rest <= step * SLACK ? rest : step;
        List<String> hosts = files.hosts(file.path(), offset, length);
        splits.add(new FileSplit(file, offset, length, List.copyOf(hosts)));
        offset += length;
      }
    }
    return splits;
  }
}
