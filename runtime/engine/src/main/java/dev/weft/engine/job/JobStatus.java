package dev.weft.engine.job;

/** A job's state as REST names it; several {@link JobState}s share one. */
public enum JobStatus {
  /** Submitted; its first attempt is being set up. */
  CREATED,
  /** Processing. */
  RUNNING,
  /** A failed attempt is being ended, or the next one set up. */
  RESTARTING,
  /** Taken over from an earlier leader; waits for the reports of workers. */
  RECONCILING,
  /** Being ended after a failure. */
  FAILING,
  /** Ended by a failure. */
  FAILED,
  /** Being ended by the user. */
  CANCELLING,
  /** Ended by the user. */
  CANCELED,
  /** Ended after all input was processed and all output committed. */
  FINISHED;

  /** Whether nothing follows. */
  public boolean isTerminal() {
    return this == FAILED || this == CANCELED || this == FINISHED;
  }
}
