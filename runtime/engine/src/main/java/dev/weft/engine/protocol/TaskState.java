package dev.weft.engine.protocol;

/** The life of a subtask's attempt, as its worker reports it. */
public enum TaskState {
  /** Taken by the worker; state is being restored. */
  DEPLOYING,
  /** Restored and waiting for {@link ToWorker.StartTasks}. */
  READY,
  /** Processing. */
  RUNNING,
  /**
   * All input is processed and all output is sent. The task lives on and takes part in checkpoints
   * until the job ends.
   */
  DRAINED,
  /** Ended by an error. */
  FAILED,
  /** Ended by the leader. */
  CANCELED
}
