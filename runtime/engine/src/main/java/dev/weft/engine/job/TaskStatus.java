package dev.weft.engine.job;

import dev.weft.engine.protocol.TaskState;

/** A subtask's state as REST names it. */
public enum TaskStatus {
  /** Nothing was done for it yet. */
  CREATED,
  /** Waits for a slot. */
  SCHEDULED,
  /** Being sent to its worker. */
  DEPLOYING,
  /** Restores, or waits for the others. */
  INITIALIZING,
  /** Processes. */
  RUNNING,
  /** Has processed all its input. */
  FINISHED,
  /** Is being ended. */
  CANCELING,
  /** Was ended. */
  CANCELED,
  /** Failed. */
  FAILED;

  static TaskStatus of(TaskState state) {
    return switch (state) {
      case DEPLOYING, READY -> INITIALIZING;
      case RUNNING -> RUNNING;
      case DRAINED -> FINISHED;
      case FAILED -> FAILED;
      case CANCELED -> CANCELED;
    };
  }
}
