package dev.weft.api.error;

/**
 * A failure that another attempt can not mend, such as a refusal of what the program asks for. The
 * job fails at once, whatever its restart strategy, also when this is the cause of what is thrown.
 * Functions, sources and sinks may throw it.
 */
public class SuppressRestartsException extends WeftException {
  /** A failure of the given class. */
  public SuppressRestartsException(ErrorCode code, String message) {
    super(code, message);
  }

  /** The same failure, known to be lasting. */
  public SuppressRestartsException(WeftException cause) {
    super(cause.code(), cause.getMessage(), cause);
  }

  /** A failure with code USER that is explained by its cause. */
  public SuppressRestartsException(Throwable cause) {
    super(ErrorCode.USER, String.valueOf(cause.getMessage()), cause);
  }

  /** Whether a failure or one of its causes is of this kind. */
  public static boolean isIn(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SuppressRestartsException) {
        return true;
      }
    }
    return false;
  }
}
