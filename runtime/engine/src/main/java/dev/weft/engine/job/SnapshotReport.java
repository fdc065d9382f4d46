package dev.weft.engine.job;

import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.protocol.FailureReport;

/**
 * What became of an ordered checkpoint or savepoint.
 *
 * @param checkpointId 0 while it is not durable
 * @param location its directory; empty while it is not durable
 * @param failure why there is none; null unless it failed
 */
public record SnapshotReport(
    SnapshotOrder order, Status status, long checkpointId, String location, FailureReport failure) {
  /**
   * What became of the order to end a job that has ended.
   *
   * @param last the checkpoint that it ended with; null when it ended otherwise
   * @param why null when it ended as ordered
   */
  public static SnapshotReport ofEnd(
      SnapshotOrder order, RegisteredCheckpoint last, FailureReport why) {
    return new SnapshotReport(
        order,
        why == null ? Status.COMPLETED : Status.FAILED,
        last == null ? 0 : last.id(),
        last == null ? "" : last.directory(),
        why);
  }

  /** How far it is. */
  public enum Status {
    /** Not durable; or the job that ends with it has not ended. */
    IN_PROGRESS,
    /** Durable; the job that ends with it has committed its output and ended. */
    COMPLETED,
    /** There is none; or the job that should have ended with it ended otherwise. */
    FAILED
  }
}
