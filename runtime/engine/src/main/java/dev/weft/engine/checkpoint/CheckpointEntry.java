package dev.weft.engine.checkpoint;

import dev.weft.engine.protocol.CheckpointKind;

/**
 * One checkpoint in the history. Times are wall-clock milliseconds.
 *
 * @param id the checkpoint
 * @param status how far it is
 * @param last whether it is the one that ends a job whose input is all processed
 * @param kind what it was taken for
 * @param triggeredMillis when it began
 * @param path the manifest when completed, else the directory
 * @param failure why it was given up, in a line; empty otherwise
 * @param progress how much of it is done
 */
public record CheckpointEntry(
    long id,
    Status status,
    boolean last,
    CheckpointKind kind,
    long triggeredMillis,
    String path,
    String failure,
    Progress progress) {

  /** How far a checkpoint is. */
  public enum Status {
    /** Not all parts are there. */
    IN_PROGRESS,
    /** Durable and registered. */
    COMPLETED,
    /** Given up. */
    FAILED
  }

  /**
   * How much is done.
   *
   * @param subtasks that take part
   * @param acknowledged of them
   * @param bytes written by them
   * @param stateBytes that their state has, with what they continue of earlier checkpoints
   * @param latestAckMillis when the newest part arrived; 0 before
   * @param endedMillis when it completed or failed; 0 before
   * @param alignMillis the longest alignment of a subtask
   */
  public record Progress(
      int subtasks,
      int acknowledged,
      long bytes,
      long stateBytes,
      long latestAckMillis,
      long endedMillis,
      long alignMillis) {}
}
