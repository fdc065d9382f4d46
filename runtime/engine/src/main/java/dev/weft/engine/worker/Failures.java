package dev.weft.engine.worker;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.SuppressRestartsException;
import dev.weft.api.error.WeftException;
import dev.weft.engine.exchange.ConnectionLost;
import dev.weft.engine.protocol.FailureReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Turns exceptions into failure reports. */
final class Failures {
  /** Longer stack traces are cut. */
  private static final int STACK_CHARS_MAX = 16_000;

  private Failures() {}

  /** A report of a failure of the engine's own code around operators. */
  static FailureReport report(Throwable failure, String location) {
    if (failure instanceof OperatorFailure inOperator) {
      return report(inOperator.getCause(), inOperator.operator(), ErrorCode.USER);
    }
    return report(failure, location, ErrorCode.ENGINE);
  }

  private static FailureReport report(Throwable failure, String location, ErrorCode otherwise) {
    String text =
        failure instanceof WeftException || failure instanceof IOException
            ? failure.getMessage()
            : failure.toString();
    boolean located = location.isEmpty() || String.valueOf(text).startsWith("Operator ");
    String message = (located ? "" : location + ": ") + text;
    return new FailureReport(
        codeOf(failure, otherwise),
        message.lines().findFirst().orElse(""),
        stack(failure),
        location,
        SuppressRestartsException.isIn(failure) ? true : null,
        failure instanceof ConnectionLost lost ? lost.peer() : null);
  }

  static ErrorCode codeOf(Throwable failure, ErrorCode otherwise) {
    if (failure instanceof WeftException weft) {
      return weft.code();
    }
    if (failure instanceof IOException || failure instanceof UncheckedIOException) {
      return ErrorCode.DEPENDENCY;
    }
    if (failure instanceof StackOverflowError || failure instanceof LinkageError) {
      return ErrorCode.USER;
    }
    return failure instanceof VirtualMachineError ? ErrorCode.RESOURCE : otherwise;
  }

  private static String stack(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.getBuffer().substring(0, Math.min(STACK_CHARS_MAX, text.getBuffer().length()));
  }
}
