package dev.weft.api.connector;

import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * Reads splits in one subtask. All methods are called by one thread at a time.
 *
 * @param <T> the records
 * @param <SplitT> the splits
 */
public interface SourceReader<T, SplitT extends SourceSplit> extends AutoCloseable {
  /** Called once, before splits are added. */
  default void start() throws Exception {}

  /**
   * Emits records until the output is full, nothing is there, or the input ends. A checkpoint falls
   * between two calls.
   */
  InputStatus pollNext(ReaderOutput<T> output) throws Exception;

  /** The splits that are not finished, each with its position after the last record emitted. */
  List<SplitT> snapshotState(long checkpointId) throws Exception;

  /** New splits, or splits restored from a checkpoint. */
  void addSplits(List<SplitT> splits) throws Exception;

  /** No more splits will come: end when those at hand are read. */
  void notifyNoMoreSplits();

  /** A checkpoint completed; sources that acknowledge to an outside system do it here. */
  default void notifyCheckpointComplete(long checkpointId) throws Exception {}

  /**
   * Watermark alignment: some splits are too far ahead of others and are not to be read until they
   * are resumed. Called between two calls of {@link #pollNext} when the reader has more than one
   * {@link ReaderOutput#createOutputForSplit output for a split}. Without any it is not called:
   * then the whole reader pauses.
   *
   * @param splitsToPause ids of splits that have an output
   * @param splitsToResume ids of splits that were paused before
   * @throws UnsupportedOperationException when this reader cannot; that fails the job, unless
   *     {@code pipeline.watermark-alignment.allow-unaligned-source-splits} is set
   */
  default void pauseOrResumeSplits(
      Collection<String> splitsToPause, Collection<String> splitsToResume) throws Exception {
    throw new UnsupportedOperationException(
        getClass().getName() + " does not implement pauseOrResumeSplits");
  }

  @Override
  void close() throws IOException;
}
