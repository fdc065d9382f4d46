package dev.weft.api.connector;

import java.io.IOException;
import java.util.List;

/**
 * Publishes staged output. Lives on the job's leader; calls come one at a time and may block.
 *
 * @param <CommT> names staged output
 */
public interface Committer<CommT> extends AutoCloseable {
  /**
   * Makes the committables of all subtasks visible. May be called again with the same committables
   * after a failure or by the next leader: what is already visible is left alone.
   *
   * @throws IOException when it may be tried again
   * @throws dev.weft.api.error.WeftException when trying again cannot help; the job fails
   */
  void commit(List<Committable<CommT>> committables) throws IOException;

  /**
   * The job ended for good: remove what was staged and is not committed.
   *
   * @param succeeded whether the job finished or was stopped with all output committed
   */
  void finish(boolean succeeded) throws IOException;

  @Override
  void close() throws IOException;
}
