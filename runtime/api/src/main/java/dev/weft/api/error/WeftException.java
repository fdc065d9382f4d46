package dev.weft.api.error;

import java.util.Objects;

/**
 * A failure with a class of cause. The message is one line that a person can act on: what happened,
 * to what, with which value, and what to do.
 */
public class WeftException extends RuntimeException {
  private final ErrorCode code;

  /** Creates a failure of the given class. */
  public WeftException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /** Creates a failure of the given class with the exception that led to it. */
  public WeftException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = Objects.requireNonNull(code);
  }

  /** Who must act. */
  public ErrorCode code() {
    return code;
  }
}
