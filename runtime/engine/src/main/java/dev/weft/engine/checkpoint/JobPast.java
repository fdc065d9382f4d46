package dev.weft.engine.checkpoint;

import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.Nullable;
import dev.weft.engine.protocol.TaskMetrics;
import java.util.List;

/**
 * What people want to know of a job after its leader or the job itself has ended; nothing depends
 * on it.
 *
 * @param checkpoints counts and the newest ones
 * @param failures the newest first, bounded
 * @param tasks the last of each subtask, once the job has ended; empty before, and when there are
 *     more than {@link #TASKS_MAX}
 */
public record JobPast(
    CheckpointStatistics checkpoints, List<FailureEntry> failures, List<TaskPast> tasks) {
  /** Of larger jobs nothing is kept by subtask. */
  public static final int TASKS_MAX = 4096;

  private static final int TRACE_CHARS_MAX = 2_000;

  /**
   * The last of a subtask.
   *
   * @param vertex its place in the plan
   * @param status how it ended, by name
   * @param workerId where; empty when nowhere
   * @param host of the worker; empty when nowhere
   * @param deployedMillis wall clock; -1 when it never was
   * @param metrics its last counts; null when there were none
   */
  public record TaskPast(
      int vertex,
      int subtask,
      int attempt,
      String status,
      String workerId,
      String host,
      long deployedMillis,
      @Nullable TaskMetrics metrics) {}

  /** With traces that are short enough to be written with every checkpoint. */
  public static JobPast of(
      CheckpointStatistics checkpoints, List<FailureEntry> failures, List<TaskPast> tasks) {
    return new JobPast(
        checkpoints,
        failures.stream().map(JobPast::shortened).toList(),
        tasks.size() > TASKS_MAX ? List.of() : tasks);
  }

  private static FailureEntry shortened(FailureEntry entry) {
    return new FailureEntry(
        entry.atMillis(),
        entry.attempt(),
        shortened(entry.cause()),
        entry.task(),
        entry.workerId(),
        entry.consequence(),
        entry.concurrent().stream().map(JobPast::shortened).toList());
  }

  private static FailureReport shortened(FailureReport why) {
    String trace = why.stackTrace();
    return trace.length() <= TRACE_CHARS_MAX
        ? why
        : new FailureReport(
            why.code(),
            why.message(),
            trace.substring(0, TRACE_CHARS_MAX) + "\n...",
            why.location(),
            why.lasting(),
            why.damagedFile(),
            why.peer());
  }
}
