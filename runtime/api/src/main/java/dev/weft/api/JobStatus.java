package dev.weft.api;

/** How a job stands. */
public enum JobStatus {
  /** Submitted; waiting for slots. */
  CREATED,
  /** Processing. */
  RUNNING,
  /** Waiting to run again after a failure. */
  RESTARTING,
  /** Being ended at the user's wish. */
  CANCELLING,
  /** Ended at the user's wish. */
  CANCELED,
  /** Ended because its input ended. */
  FINISHED,
  /** Ended by a failure. */
  FAILED;

  /** Whether the job has ended for good. */
  public boolean isTerminal() {
    return this == CANCELED || this == FINISHED || this == FAILED;
  }
}
