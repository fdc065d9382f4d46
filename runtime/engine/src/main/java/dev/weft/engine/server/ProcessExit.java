package dev.weft.engine.server;

/** How a process ends. The codes are what scripts and YARN see. */
public enum ProcessExit {
  /** As it was asked to. */
  SUCCESS(0),
  /** The work failed. */
  FAILED(1),
  /** The command line is wrong. */
  USAGE(2),
  /** The options, files or surroundings are wrong. */
  CONFIGURATION(3),
  /** An error that nobody handled. */
  UNCAUGHT(70),
  /** A task that does not end; the process is halted. */
  STUCK(71),
  /** No leader for too long. */
  NO_LEADER(75),
  /** Another leader took over. */
  DEPOSED(76),
  /** The leader does not want this worker. */
  REFUSED(77);

  private final int code;

  ProcessExit(int code) {
    this.code = code;
  }

  /** The exit code of the process. */
  public int code() {
    return code;
  }
}
