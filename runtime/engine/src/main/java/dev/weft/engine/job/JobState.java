package dev.weft.engine.job;

import dev.weft.engine.protocol.FailureReport;

/** Where a job is in its life. */
public sealed interface JobState {
  /** How REST names it. */
  JobStatus status();

  /** Whether this state may follow it. */
  boolean mayBecome(JobState next);

  /** Submitted; its classes are being fetched. */
  record Created() implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.CREATED;
    }

    @Override
    public boolean mayBecome(JobState next) {
      return next instanceof Reconciling
          || next instanceof Allocating
          || next instanceof Stopping
          || next instanceof Cancelling
          || next instanceof Failing;
    }
  }

  /** Taken over: waits for the reports of workers. */
  record Reconciling(int attempt) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.RECONCILING;
    }

    @Override
    public boolean mayBecome(JobState next) {
      return next instanceof Adopting
          || next instanceof Allocating
          || next instanceof Cancelling
          || next instanceof Failing;
    }
  }

  /** Regions were found running: their sources and commits are being taken over. */
  record Adopting(int attempt) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.RECONCILING;
    }

    @Override
    public boolean mayBecome(JobState next) {
      return next instanceof Running
          || next instanceof Restarting
          || next instanceof Cancelling
          || next instanceof Failing;
    }
  }

  /**
   * Waits for slots.
   *
   * @param again whether the job ran before
   */
  record Allocating(int slots, boolean again) implements JobState {
    @Override
    public JobStatus status() {
      return again ? JobStatus.RESTARTING : JobStatus.CREATED;
    }

    @Override
    public boolean mayBecome(JobState next) {
      return next instanceof Restoring
          || next instanceof Restarting
          || next instanceof Cancelling
          || next instanceof Failing;
    }
  }

  /** Records the attempt and reads what to continue from. */
  record Restoring(int attempt) implements JobState {
    @Override
    public JobStatus status() {
      return attempt > 1 ? JobStatus.RESTARTING : JobStatus.CREATED;
    }

    @Override
    public boolean mayBecome(JobState next) {
      return next instanceof Deploying
          || next instanceof Stopping
          || next instanceof Restarting
          || next instanceof Cancelling
          || next instanceof Failing;
    }
  }

  /** The subtasks are being set up. */
  record Deploying(int attempt) implements JobState {
    @Override
    public JobStatus status() {
      return attempt > 1 ? JobStatus.RESTARTING : JobStatus.CREATED;
    }

    @Override
    public boolean mayBecome(JobState next) {
      return next instanceof Running
          || next instanceof Restarting
          || next instanceof Cancelling
          || next instanceof Failing;
    }
  }

  /** Processes. */
  record Running(int attempt) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.RUNNING;
    }

    @Override
    public boolean mayBecome(JobState next) {
      return next instanceof Stopping
          || next instanceof Restarting
          || next instanceof Cancelling
          || next instanceof Failing;
    }
  }

  /** Failed regions of an attempt are being ended; the next attempt follows after a delay. */
  record Restarting(String cause, long delayMillis) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.RESTARTING;
    }

    @Override
    public boolean mayBecome(JobState next) {
      return next instanceof Allocating
          || next instanceof Restarting
          || next instanceof Stopping
          || next instanceof Cancelling
          || next instanceof Failing;
    }
  }

  /** The last checkpoint is registered: only commits remain. */
  record Stopping() implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.RUNNING;
    }

    @Override
    public boolean mayBecome(JobState next) {
      return next instanceof Finished || next instanceof Failing;
    }
  }

  /** Is being ended by the user. */
  record Cancelling() implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.CANCELLING;
    }

    @Override
    public boolean mayBecome(JobState next) {
      return next instanceof Cancelled || next instanceof Failing;
    }
  }

  /** Is being ended by a failure. */
  record Failing(FailureReport cause) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.FAILING;
    }

    @Override
    public boolean mayBecome(JobState next) {
      return next instanceof Failed;
    }
  }

  /** Ended after all input was processed and all output committed. */
  record Finished() implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.FINISHED;
    }

    @Override
    public boolean mayBecome(JobState next) {
      return false;
    }
  }

  /** Ended by the user. */
  record Cancelled() implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.CANCELED;
    }

    @Override
    public boolean mayBecome(JobState next) {
      return false;
    }
  }

  /**
   * Ended by a failure.
   *
   * @param recorded false when the job could not be recovered: nothing was written, and a later
   *     leader tries again
   */
  record Failed(FailureReport cause, boolean recorded) implements JobState {
    @Override
    public JobStatus status() {
      return JobStatus.FAILED;
    }

    @Override
    public boolean mayBecome(JobState next) {
      return false;
    }
  }
}
