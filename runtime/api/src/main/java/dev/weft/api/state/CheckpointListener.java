package dev.weft.api.state;

/** A user function that wants to know what became of checkpoints. */
public interface CheckpointListener {
  /**
   * The checkpoint is durable. Comes at most once for each, in order, and may be missing: a later
   * one covers those before.
   */
  void notifyCheckpointComplete(long checkpointId) throws Exception;
}
