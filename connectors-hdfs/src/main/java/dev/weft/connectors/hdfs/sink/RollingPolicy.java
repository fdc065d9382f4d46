package dev.weft.connectors.hdfs.sink;

import java.io.Serializable;

/**
 * When a writer ends a file before the checkpoint does.
 *
 * @param fileBytesMax a file of this size is ended
 * @param openFilesMax at most so many files are open at a time
 */
public record RollingPolicy(long fileBytesMax, int openFilesMax) implements Serializable {
  /** 128 MiB per file and 32 open files per writer. */
  public static final RollingPolicy DEFAULT = new RollingPolicy(128L << 20, 32);
}
