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
 * @param damagedFile the file of a checkpoint that is not as it was written; null when there is
 *     none
 */
public record FailureReport(
    ErrorCode code,
    String message,
    String stackTrace,
    String location,
    @Nullable Boolean lasting,
    @Nullable String damagedFile) {
  /** A failure after which another attempt may succeed. */
  public FailureReport(ErrorCode code, String message, String stackTrace, String location) {
    this(code, message, stackTrace, location, null, null);
  }

  /** Whether another attempt is known to fail as well. */
  public boolean isLasting() {
    return Boolean.TRUE.equals(lasting);
  }
}
