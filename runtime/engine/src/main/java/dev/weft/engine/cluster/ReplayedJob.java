package dev.weft.engine.cluster;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.checkpoint.JobJournal;
import dev.weft.engine.checkpoint.JobPast;
import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.cluster.JournalRecord.Pointer;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.SnapshotReport;
import dev.weft.engine.job.Submission;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.FailureReport;
import java.util.List;

/** A job as the journal knows it. */
sealed interface ReplayedJob {
  /** The job. */
  String jobId();

  /**
   * All its records are whole.
   *
   * @param past as of the newest checkpoint; null when there is none
   * @param end null when it has not ended
   */
  record Whole(
      Submission submission,
      Pointer pointer,
      List<RegisteredCheckpoint> checkpoints,
      JobPast past,
      JobJournal.End end)
      implements ReplayedJob {
    @Override
    public String jobId() {
      return submission.plan().jobId();
    }

    /** The plan with the parallelisms that the job had last. */
    JobPlan plan() {
      List<Integer> recorded = pointer.parallelisms();
      JobPlan submitted = submission.plan();
      return recorded == null ? submitted : submitted.withParallelisms(recorded);
    }

    /** What became of the order to end the job with a savepoint, if it ended and there was one. */
    List<SnapshotReport> stopped() {
      if (pointer.stop() == null) {
        return List.of();
      }
      RegisteredCheckpoint last =
          checkpoints.stream().filter(RegisteredCheckpoint::last).findFirst().orElse(null);
      boolean finished = last != null && end.status().equals(JobStatus.FINISHED.name());
      FailureReport why =
          finished || end.failure() != null
              ? end.failure()
              : new FailureReport(
                  ErrorCode.USER, "The job ended otherwise: " + end.status(), "", "");
      return List.of(SnapshotReport.ofEnd(pointer.stop(), last, why));
    }
  }

  /** Records are missing or damaged: the job is not run, and everything is kept. */
  record Damaged(String jobId, FailureReport why) implements ReplayedJob {}
}
