package dev.weft.engine.protocol;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * Why something failed, for people and for the restart decision.
 *
 * @param code who must act
 * @param message one line
 * @param stackTrace the full text for the log and REST; may be empty
 * @param location where: the operator's name and place, the worker, the file; may be empty
 * @param lasting whether another attempt is known to fail as well; null is no
 * @param damagedFile the file of a checkpoint that is not as it was written; null when there is
 *     none
 * @param peer the worker to which a connection broke, by its id or the address at which it takes
 *     frames; null when it was something else
 */
public record FailureReport(
    ErrorCode code,
    String message,
    String stackTrace,
    String location,
    @Nullable Boolean lasting,
    @Nullable String damagedFile,
    @Nullable String peer) {
  private static final int TRACE_CHARS_MAX = 16_000;

  /** A failure after which another attempt may succeed. */
  public FailureReport(ErrorCode code, String message, String stackTrace, String location) {
    this(code, message, stackTrace, location, null, null, null);
  }

  /** Whether another attempt is known to fail as well. */
  public boolean isLasting() {
    return Boolean.TRUE.equals(lasting);
  }

  /** One line for logs; the stack trace is logged where the failure happens. */
  @Override
  public String toString() {
    return code + " " + message;
  }

  /**
   * One line that says what an exception is about. A {@link WeftException} speaks for itself; the
   * text of any other means little without its type: that of many is a path.
   */
  public static String lineOf(Throwable failure) {
    String text = failure.getMessage();
    if (text == null || text.isBlank()) {
      return failure.getClass().getName();
    }
    String line =
        failure instanceof WeftException ? text : failure.getClass().getSimpleName() + ": " + text;
    return line.replaceAll("\\s*[\\r\\n]+\\s*", " ");
  }

  /** The stack trace of an exception with its causes, cut when it is very long. */
  public static String traceOf(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.getBuffer().length() <= TRACE_CHARS_MAX
        ? text.toString()
        : text.getBuffer().substring(0, TRACE_CHARS_MAX) + "\n...";
  }
}
