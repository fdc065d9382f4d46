package dev.weft.engine.operator;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.protocol.RecordText;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Where a failure happened, for messages.
 *
 * @param name the operator's name for people
 * @param createdAt where in the user's program it was made
 * @param subtask from 0
 */
public record OperatorSite(String name, String createdAt, int subtask) {
  /** The operator's name and place. */
  public String describe() {
    return "'" + name + "' (" + createdAt + ")";
  }

  /**
   * The failure of a user function on a record. What another operator's site located already stays
   * as it is.
   */
  public WeftException atRecord(Throwable cause, Object record, long timestamp) {
    if (cause instanceof Located located) {
      return located;
    }
    return located(
        code(cause, ErrorCode.USER),
        "threw " + brief(cause) + " on " + describe(record, timestamp),
        cause);
  }

  /** The failure of a user function outside of any record, such as in {@code open}. */
  public WeftException inCall(String call, Throwable cause) {
    if (cause instanceof Located located) {
      return located;
    }
    return located(code(cause, ErrorCode.USER), "failed in " + call + ": " + brief(cause), cause);
  }

  /** The failure of a connector: input and output errors are those of a dependency. */
  public WeftException inConnector(String call, Throwable cause) {
    if (cause instanceof Located located) {
      return located;
    }
    boolean io = cause instanceof IOException || cause instanceof UncheckedIOException;
    ErrorCode code = code(cause, io ? ErrorCode.DEPENDENCY : ErrorCode.USER);
    return located(code, "failed in " + call + ": " + brief(cause), cause);
  }

  /** The failure of a connector on a record. */
  public WeftException inWrite(Throwable cause, Object record, long timestamp) {
    return inConnector("writing " + describe(record, timestamp), cause);
  }

  /** A misuse by the user's program. */
  public WeftException misuse(String what) {
    return located(ErrorCode.USER, what, null);
  }

  /** A misuse that shows at a record. */
  public WeftException misuseAt(Object record, long timestamp, String what) {
    return located(ErrorCode.USER, what + "; " + describe(record, timestamp), null);
  }

  private WeftException located(ErrorCode code, String what, Throwable cause) {
    if (cause instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return new Located(
        code, "Operator " + describe() + ", subtask " + subtask + ", " + what, cause);
  }

  private static ErrorCode code(Throwable cause, ErrorCode otherwise) {
    if (cause instanceof WeftException known) {
      return known.code();
    }
    return cause instanceof OutOfMemoryError ? ErrorCode.RESOURCE : otherwise;
  }

  private static String brief(Throwable cause) {
    return cause instanceof WeftException ? cause.getMessage() : cause.toString();
  }

  private static String describe(Object record, long timestamp) {
    return "record "
        + RecordText.of(record)
        + (timestamp == Long.MIN_VALUE ? "" : " with timestamp " + timestamp);
  }

  /** A failure whose message names its operator, to be passed on unchanged. */
  private static final class Located extends WeftException {
    Located(ErrorCode code, String message, Throwable cause) {
      super(code, message, cause);
    }
  }
}
