package dev.weft.engine.worker.snapshot;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;

/** Bytes of a checkpoint or savepoint are gone, or not what was written. Of code DATA. */
public final class DamagedStateException extends WeftException {
  private static final long serialVersionUID = 1;

  private final String file;

  DamagedStateException(String message, Throwable cause, String file) {
    super(ErrorCode.DATA, message, cause);
    this.file = file;
  }

  /** The file; empty where the bytes lie in the manifest. */
  public String file() {
    return file;
  }
}
