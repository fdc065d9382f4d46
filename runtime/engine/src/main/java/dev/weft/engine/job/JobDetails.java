package dev.weft.engine.job;

import dev.weft.engine.checkpoint.CheckpointStatistics;
import dev.weft.engine.checkpoint.FailureEntry;
import dev.weft.engine.checkpoint.JobJournal;
import dev.weft.engine.checkpoint.JobPast;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.RescaleReport;
import dev.weft.engine.protocol.FailureReport;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything about a job for people and REST, as of one moment.
 *
 * @param plan vertices and edges for drawing the graph, and the configuration
 * @param vertices in the order of the plan
 * @param failures the newest first, bounded
 * @param snapshots the checkpoints and savepoints that people ordered, bounded
 * @param rescales the orders for another parallelism, bounded
 */
public record JobDetails(
    JobSummary summary,
    JobPlan plan,
    int attempt,
    List<VertexDetails> vertices,
    CheckpointStatistics checkpoints,
    List<FailureEntry> failures,
    List<SnapshotReport> snapshots,
    List<RescaleReport> rescales) {

  /** What keeps the job from going on; see {@link JobSummary}. */
  public String waiting() {
    return summary.waiting();
  }

  /**
   * A job that ended under an earlier leader, as far as the journal tells.
   *
   * @param plan with which it ended
   */
  public static JobDetails ended(
      Submission submission,
      JobPlan plan,
      JobJournal.End end,
      int attempt,
      List<SnapshotReport> snapshots) {
    JobStatus status = JobStatus.valueOf(end.status());
    JobPast past = end.past();
    if (past == null) {
      List<FailureEntry> failures =
          end.failure() == null ? List.of() : List.of(entry(end.failure(), end.endedMillis()));
      past = new JobPast(CheckpointStatistics.NONE, failures, List.of());
    }
    return of(
        plan, status, submission.submittedMillis(), end.endedMillis(), attempt, past, snapshots);
  }

  /** A job whose records can not be read. */
  public static JobDetails unreadable(String jobId, FailureReport why) {
    JobPlan none =
        new JobPlan(
            jobId,
            "job " + jobId,
            List.of(),
            List.of(),
            Map.of(),
            Map.of(),
            false,
            List.of(),
            Map.of(),
            Set.of());
    return of(
        none,
        JobStatus.FAILED,
        0,
        -1,
        0,
        new JobPast(CheckpointStatistics.NONE, List.of(entry(why, 0)), List.of()),
        List.of());
  }

  private static FailureEntry entry(FailureReport why, long atMillis) {
    return new FailureEntry(atMillis, 0, why, "", "", "the job does not run", List.of());
  }

  private static JobDetails of(
      JobPlan plan,
      JobStatus status,
      long start,
      long end,
      int attempt,
      JobPast past,
      List<SnapshotReport> snapshots) {
    List<VertexDetails> vertices = JobReport.vertices(plan, status, past.tasks());
    return new JobDetails(
        new JobSummary(
            plan.jobId(),
            plan.name(),
            status,
            start,
            end,
            Map.of(status, end),
            JobReport.taskCounts(vertices),
            status == JobStatus.FAILED && !past.failures().isEmpty()
                ? past.failures().get(0).cause().message()
                : ""),
        plan,
        attempt,
        vertices,
        past.checkpoints(),
        past.failures(),
        snapshots,
        List.of());
  }
}
