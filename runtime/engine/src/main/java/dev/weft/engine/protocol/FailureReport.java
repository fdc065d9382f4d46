package dev.weft.engine.protocol;

import dev.weft.api.error.ErrorCode;

/**
 * Why something failed, for people and for the restart decision.
 *
 * @param code who must act
 * @param message one line
 * @param stackTrace the full text for the log and REST; may be empty
 * @param location where: the operator's name and place, the worker, the file; may be empty
 * @param lasting whether another attempt is known to fail as well; null is no
 * @param peer the worker to which a connection broke, by its id or the address at which it takes
 *     frames; null when it was something else
 */
public record FailureReport(
    ErrorCode code,
    String message,
    String stackTrace,
    String location,
    @Nullable Boolean lasting,
    @Nullable String peer) {
  /** A failure after which another attempt may succeed. */
  public FailureReport(ErrorCode code, String message, String stackTrace, String location) {
    this(code, message, stackTrace, location, null, null);
  }

  /** Whether another attempt is known to fail as well. */
  public boolean isLasting() {
    return Boolean.TRUE.equals(lasting);
  }
}
