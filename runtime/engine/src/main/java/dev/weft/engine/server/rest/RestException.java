package dev.weft.engine.server.rest;

/** A request that can not be answered as asked. */
final class RestException extends RuntimeException {
  private final int status;

  RestException(int status, String message) {
    this(status, message, null);
  }

  RestException(int status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  static RestException badRequest(String message) {
    return new RestException(400, message);
  }

  static RestException notFound(String message) {
    return new RestException(404, message);
  }

  static RestException conflict(String message) {
    return new RestException(409, message);
  }

  /** The status of HTTP. */
  int status() {
    return status;
  }
}
