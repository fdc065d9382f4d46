package dev.weft.connectors.hdfs.sink;

import java.io.Serializable;

/**
 * When a writer ends a file before the checkpoint does. Times are looked at when records are
 * written: a file to which nothing is written any more is ended by the checkpoint.
 *
 * @param fileBytesMax a file of this size is ended
 * @param openFilesMax at most so many files are open at a time
 * @param ageMillisMax a file is ended so long after it was begun
 * @param inactiveMillisMax a file is ended so long after its last record
 */
public record RollingPolicy(
    long fileBytesMax, int openFilesMax, long ageMillisMax, long inactiveMillisMax)
    implements Serializable {
  /** 128 MiB per file and 32 open files per writer. */
  public static final RollingPolicy DEFAULT = new RollingPolicy(128L << 20, 32);

  /** A policy that does not look at times. */
  public RollingPolicy(long fileBytesMax, int openFilesMax) {
    this(fileBytesMax, openFilesMax, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /** Whether times matter. */
  boolean timed() {
    return ageMillisMax != Long.MAX_VALUE || inactiveMillisMax != Long.MAX_VALUE;
  }
}
