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
}
