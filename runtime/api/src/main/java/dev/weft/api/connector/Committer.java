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
   * Makes visible what is due. What is to wait for something that a writer still prepares, such as
   * a merge of small output, is given back; it stays in the job's checkpoints and is given again
   * with the next committables. By default everything is due.
   *
   * @param all whether nothing may wait: the job ends, or its writers began anew
   * @return those of the committables that wait
   * @throws IOException when it may be tried again
   */
  default List<Committable<CommT>> commitDue(List<Committable<CommT>> committables, boolean all)
      throws IOException {
    commit(committables);
    return List.of();
  }

  /**
   * The job ended for good: remove what was staged and is not committed.
   *
   * @param succeeded whether the job finished or was stopped with all output committed
   */
  void finish(boolean succeeded) throws IOException;

  @Override
  void close() throws IOException;
}
