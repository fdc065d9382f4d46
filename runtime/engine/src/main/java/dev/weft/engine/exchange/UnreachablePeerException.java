package dev.weft.engine.exchange;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;

/**
 * Another worker could not be connected to or gave no sign of life. A connection that was open and
 * broke is no such case: whether the peer is out of reach shows when it is connected to again.
 */
public final class UnreachablePeerException extends WeftException {
  private static final long serialVersionUID = 1;

  private final String peer;

  UnreachablePeerException(String peer, String message, Throwable cause) {
    super(ErrorCode.DEPENDENCY, message, cause);
    this.peer = peer;
  }

  /** The other worker: its id, or the address at which it takes frames. */
  public String peer() {
    return peer;
  }
}
