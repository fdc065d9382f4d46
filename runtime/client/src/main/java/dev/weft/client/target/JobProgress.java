package dev.weft.client.target;

import dev.weft.api.JobStatus;

/**
 * How a job stands.
 *
 * @param status of the whole job
 * @param recordsIn read by the sources since the last start
 * @param recordsOut that reached the ends of the job since the last start
 * @param tasksRunning subtasks that process or have processed all their input
 * @param tasks all subtasks
 * @param checkpoint the last completed one
 * @param message why it failed, or what it waits for; empty when neither
 * @param runtimeMillis since submission, or until the end
 */
public record JobProgress(
    JobStatus status,
    long recordsIn,
    long recordsOut,
    int tasksRunning,
    int tasks,
    Checkpoint checkpoint,
    String message,
    long runtimeMillis) {
  /**
   * A completed checkpoint.
   *
   * @param id 0 when there is none
   * @param completedMillis when, milliseconds since the epoch
   */
  public record Checkpoint(long id, long completedMillis) {
    /** No checkpoint yet. */
    public static final Checkpoint NONE = new Checkpoint(0, 0);
  }

  /** A job of which only the state is known. */
  public static JobProgress ended(JobStatus status, String message, long runtimeMillis) {
    return new JobProgress(status, 0, 0, 0, 0, Checkpoint.NONE, message, runtimeMillis);
  }
}
