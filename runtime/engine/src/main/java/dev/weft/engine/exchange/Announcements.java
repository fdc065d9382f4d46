package dev.weft.engine.exchange;

/**
 * Hears beside the frames of a channel that a barrier is under way in it, behind whatever waits
 * there. Called on any thread.
 */
@FunctionalInterface
public interface Announcements {
  /**
   * The producer has sent the barrier of a checkpoint.
   *
   * @param urgent whether the producer did not wait for its own inputs either
   */
  void announced(long checkpointId, boolean urgent);
}
