package dev.weft.engine.exchange;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;

/** The connection to another worker broke or is silent. */
public final class ConnectionLost extends WeftException {
  private static final long serialVersionUID = 1;

  private final String peer;

  ConnectionLost(String peer, String message, Throwable cause) {
    super(ErrorCode.DEPENDENCY, message, cause);
    this.peer = peer;
  }

  /** The other worker: its id, or the address at which it takes frames. */
  public String peer() {
    return peer;
  }
}
