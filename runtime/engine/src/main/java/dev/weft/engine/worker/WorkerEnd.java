package dev.weft.engine.worker;

/** Hears once, on the control thread, that a worker ended; the process is to exit. */
public interface WorkerEnd {
  /**
   * The worker ended.
   *
   * @param reason for people
   */
  void ended(Reason how, String reason);

  /** Why a worker ends. */
  enum Reason {
    /** The leader asked for it; all tasks have ended. */
    SHUT_DOWN,
    /** The leader does not want this worker. */
    REFUSED,
    /** No leader for too long. */
    NO_LEADER,
    /** A task does not end; the process must halt without waiting for its threads. */
    STUCK
  }
}
