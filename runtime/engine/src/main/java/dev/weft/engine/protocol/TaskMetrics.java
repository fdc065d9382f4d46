package dev.weft.engine.protocol;

/**
 * Counters of a running subtask since its attempt began.
 *
 * @param user what functions measured
 */
public record TaskMetrics(
    TaskId task,
    int attempt,
    long recordsIn,
    long recordsOut,
    long bytesIn,
    long bytesOut,
    long watermark,
    long busyNanos,
    long lateRecordsDropped,
    @Nullable UserMetrics user) {
  /** Earlier versions say nothing of what functions measured. */
  public TaskMetrics {
    user = user == null ? UserMetrics.NONE : user;
  }
}
