package dev.weft.api.connector;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Finds splits and hands them to readers. All methods are called one at a time, never on the
 * engine's control thread, so they may block; after {@link #start} the engine calls {@link
 * #discover} again and again at the interval the context was told.
 *
 * @param <SplitT> the splits
 * @param <CheckpointT> the state in a checkpoint
 */
public interface SplitEnumerator<SplitT extends SourceSplit, CheckpointT> extends AutoCloseable {
  /** Called once before everything else: find the first splits. */
  void start() throws Exception;

  /** Called periodically when {@link SplitEnumeratorContext#discoverEvery} was called. */
  default void discover() throws Exception {}

  /**
   * A reader has nothing to read. Answer with {@link SplitEnumeratorContext#assignSplits}, with
   * {@link SplitEnumeratorContext#signalNoMoreSplits}, or later from {@link #discover}. A request
   * without an answer is repeated after a while and after a failure: to keep the waiting readers as
   * a set is right.
   *
   * @param requesterHost the reader's host name, or null
   */
  void handleSplitRequest(int subtaskId, String requesterHost) throws Exception;

  /** Splits of a failed reader that no completed checkpoint holds come back. */
  void addSplitsBack(List<SplitT> splits, int subtaskId) throws Exception;

  /**
   * The state for a checkpoint. Splits assigned before this call belong to readers; splits not
   * assigned belong to the returned state.
   */
  CheckpointT snapshotState(long checkpointId) throws Exception;

  /**
   * Called once after a restore, before {@link #start}, when the control side was replaced while
   * readers went on: these splits were assigned after the checkpoint that this enumerator was
   * restored from, so they must not be assigned again.
   *
   * @param assigned by subtask
   * @return false when this enumerator cannot tell; the job then restarts from its last checkpoint
   */
  default boolean reconcile(Map<Integer, List<SplitT>> assigned) throws Exception {
    return assigned.isEmpty();
  }

  /** Releases what the enumerator holds. */
  @Override
  void close() throws IOException;
}
