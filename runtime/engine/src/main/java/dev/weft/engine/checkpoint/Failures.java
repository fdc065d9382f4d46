package dev.weft.engine.checkpoint;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.SuppressRestartsException;
import dev.weft.api.error.WeftException;
import dev.weft.engine.protocol.FailureReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Turns exceptions on the leader into reports that say who must act. */
public final class Failures {
  private static final int TRACE_CHARS_MAX = 16_000;

  private Failures() {}

  /**
   * The report of an exception: a {@link WeftException} says itself who must act, input and output
   * is a dependency's, everything else falls to the one given.
   *
   * @param otherwise who is at fault when the exception does not tell
   * @param location where it happened; may be empty
   */
  public static FailureReport report(Throwable failure, ErrorCode otherwise, String location) {
    WeftException classified = null;
    for (Throwable t = failure; t != null && classified == null; t = t.getCause()) {
      if (t instanceof WeftException found) {
        classified = found;
      }
    }
    ErrorCode code =
        classified != null
            ? classified.code()
            : failure instanceof IOException ? ErrorCode.DEPENDENCY : otherwise;
    return new FailureReport(
        code,
        message(classified != null ? classified : failure),
        trace(failure),
        location,
        SuppressRestartsException.isIn(failure) ? true : null,
        null);
  }

  /** One line that says what an exception is about. */
  public static String message(Throwable failure) {
    String text = failure.getMessage();
    boolean selfExplaining = failure instanceof WeftException;
    String line =
        text == null || text.isBlank()
            ? failure.getClass().getName()
            : selfExplaining ? text : failure.getClass().getSimpleName() + ": " + text;
    return line.replaceAll("\\s*[\\r\\n]+\\s*", " ");
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.getBuffer().length() <= TRACE_CHARS_MAX
        ? text.toString()
        : text.getBuffer().substring(0, TRACE_CHARS_MAX) + "\n...";
  }
}
