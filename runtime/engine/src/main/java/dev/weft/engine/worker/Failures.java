package dev.weft.engine.worker;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.SuppressRestartsException;
import dev.weft.api.error.WeftException;
import dev.weft.engine.exchange.UnreachablePeerException;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.worker.snapshot.DamagedStateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Turns exceptions into failure reports. */
final class Failures {
  private Failures() {}

  /** A report of a failure of the engine's own code around operators. */
  static FailureReport report(Throwable failure, String location) {
    if (failure instanceof OperatorFailure inOperator) {
      return report(inOperator.getCause(), inOperator.operator(), ErrorCode.USER);
    }
    return report(failure, location, ErrorCode.ENGINE);
  }

  private static FailureReport report(Throwable failure, String location, ErrorCode otherwise) {
    String text = FailureReport.lineOf(failure);
    boolean located = location.isEmpty() || text.startsWith("Operator ");
    return new FailureReport(
        codeOf(failure, otherwise),
        (located ? "" : location + ": ") + text,
        FailureReport.traceOf(failure),
        location,
        SuppressRestartsException.isIn(failure) ? true : null,
        cause(failure, DamagedStateException.class).map(DamagedStateException::file).orElse(null),
        cause(failure, UnreachablePeerException.class)
            .map(UnreachablePeerException::peer)
            .orElse(null));
  }

  private static <E extends Throwable> Optional<E> cause(Throwable failure, Class<E> type) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return Optional.of(type.cast(t));
      }
    }
    return Optional.empty();
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
}
