package dev.weft.engine.cluster;

import dev.weft.engine.job.JobDetails;
import dev.weft.engine.protocol.FailureReport;

/** Hears what becomes of a {@link Leader}. Called on the control thread. */
public interface LeadershipListener {
  /**
   * This process leads and its jobs are taken over from the journal, ended ones included; more jobs
   * may be submitted. Called once per grant.
   *
   * @param jobs valid until {@link #steppedDown}
   */
  void leading(JobControl jobs);

  /** A job ended for good, and that is recorded. */
  void jobEnded(JobDetails job);

  /**
   * This process no longer leads. It may be granted leadership again; a process whose platform
   * starts another in its place, such as an ApplicationMaster, ends instead.
   */
  void steppedDown(String reason);

  /** The cluster can not go on: the process ends with an error. */
  void failed(FailureReport why);
}
