package dev.weft.api.connector;

import java.io.IOException;
import java.util.List;

/**
 * The writer of a transactional sink.
 *
 * @param <T> the records
 * @param <CommT> names staged output
 */
public interface CommittingSinkWriter<T, CommT> extends SinkWriter<T> {
  /**
   * Called after {@link #flush} at a barrier: closes what is staged and names it. Names must never
   * repeat: build them from job, sink, subtask, attempt and checkpoint.
   */
  List<CommT> prepareCommit(long checkpointId) throws IOException;

  /**
   * Called instead of {@link #prepareCommit} for a savepoint. Another job may start from it while
   * this one goes on, so what was staged before must stay as it is, to be committed by both.
   */
  default List<CommT> prepareSavepoint(long checkpointId) throws IOException {
    return prepareCommit(checkpointId);
  }
}
