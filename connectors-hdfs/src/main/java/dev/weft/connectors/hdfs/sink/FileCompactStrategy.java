package dev.weft.connectors.hdfs.sink;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.Serializable;

/**
 * When the small files of a writer are merged. Each writer merges its own files, bucket by bucket,
 * as soon as one of the conditions holds.
 *
 * @param sizeThreshold bytes that the waiting files of a bucket have together, or -1
 * @param numCheckpointsBeforeCompaction checkpoints since the first waiting file of a bucket, or -1
 * @param numCompactThreads threads of each writer
 */
public record FileCompactStrategy(
    long sizeThreshold, int numCheckpointsBeforeCompaction, int numCompactThreads)
    implements Serializable {
  private static final int NONE = -1;

  /** Checks the values. */
  public FileCompactStrategy {
    if (sizeThreshold == NONE && numCheckpointsBeforeCompaction == NONE) {
      throw wrong("needs a size or a number of checkpoints, or it would never begin");
    }
    if (sizeThreshold != NONE && sizeThreshold < 1) {
      throw wrong("begins at a size of " + sizeThreshold + " bytes; give at least 1");
    }
    if (numCheckpointsBeforeCompaction != NONE && numCheckpointsBeforeCompaction < 1) {
      throw wrong(
          "begins after " + numCheckpointsBeforeCompaction + " checkpoints; give 1 or more");
    }
    if (numCompactThreads < 1) {
      throw wrong("has " + numCompactThreads + " threads; give 1 or more");
    }
  }

  private static WeftException wrong(String what) {
    return new WeftException(ErrorCode.USER, "The compaction of a file sink " + what);
  }

  /** Builds a strategy. */
  public static final class Builder {
    private long size = NONE;
    private int checkpoints = NONE;
    private int threads = 1;

    private Builder() {}

    /** Begins without a condition. */
    public static Builder newBuilder() {
      return new Builder();
    }

    /** Merges when the waiting files of a bucket have so many bytes together. */
    public Builder setSizeThreshold(long sizeThreshold) {
      size = sizeThreshold;
      return this;
    }

    /** Merges when so many checkpoints have come since the first waiting file of a bucket. */
    public Builder enableCompactionOnCheckpoint(int numCheckpointsBeforeCompaction) {
      checkpoints = numCheckpointsBeforeCompaction;
      return this;
    }

    /** How many files each writer makes at a time; one by default. */
    public Builder setNumCompactThreads(int numCompactThreads) {
      threads = numCompactThreads;
      return this;
    }

    /** The strategy. */
    public FileCompactStrategy build() {
      return new FileCompactStrategy(size, checkpoints, threads);
    }
  }
}
