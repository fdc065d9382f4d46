package dev.weft.api.connector;

import java.io.IOException;
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

  @Override
  void close() throws IOException;
}
