package dev.weft.client;

/** Ends a command with an exit code and one line on the terminal. */
final class CommandException extends RuntimeException {
  /** The arguments are wrong. */
  static final int USAGE = 2;

  /** The configuration is wrong. */
  static final int CONFIGURATION = 3;

  /** The job was not taken. */
  static final int SUBMISSION = 4;

  /** The job was taken and did not finish. */
  static final int JOB_FAILED = 5;

  /** What was to be looked at is not what was written. */
  static final int DAMAGED = 6;

  private static final long serialVersionUID = 1;

  private final int exitCode;

  CommandException(int exitCode, String message) {
    this(exitCode, message, null);
  }

  CommandException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }

  /** The line that says what went wrong, for exceptions that carry none of ours. */
  static String describe(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof dev.weft.api.error.WeftException) {
        return t.getMessage();
      }
    }
    String message = e.getMessage();
    String name = e.getClass().getSimpleName();
    return message == null || message.isBlank()
        ? name
        : name + ": " + message.lines().findFirst().orElse("");
  }
}
