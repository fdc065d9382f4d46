package dev.weft.engine.cluster;

import dev.weft.engine.checkpoint.JobJournal;
import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.cluster.JournalRecord.Pointer;
import dev.weft.engine.job.Submission;
import dev.weft.engine.protocol.FailureReport;
import java.util.List;

/** A job as the journal knows it. */
sealed interface ReplayedJob {
  /** The job. */
  String jobId();

  /**
   * All its records are whole.
   *
   * @param end null when it has not ended
   */
  record Whole(
      Submission submission,
      Pointer pointer,
      List<RegisteredCheckpoint> checkpoints,
      JobJournal.End end)
      implements ReplayedJob {
    @Override
    public String jobId() {
      return submission.plan().jobId();
    }
  }

  /** Records are missing or damaged: the job is not run, and everything is kept. */
  record Damaged(String jobId, FailureReport why) implements ReplayedJob {}
}
