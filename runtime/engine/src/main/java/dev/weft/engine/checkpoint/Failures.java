package dev.weft.engine.checkpoint;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.SuppressRestartsException;
import dev.weft.api.error.WeftException;
import dev.weft.engine.protocol.FailureReport;
import java.io.IOException;

/** Turns exceptions on the leader into reports that say who must act. */
public final class Failures {
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
        FailureReport.lineOf(classified != null ? classified : failure),
        FailureReport.traceOf(failure),
        location,
        SuppressRestartsException.isIn(failure) ? true : null,
        null,
        null);
  }
}
