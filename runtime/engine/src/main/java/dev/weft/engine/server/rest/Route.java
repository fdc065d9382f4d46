package dev.weft.engine.server.rest;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;

/**
 * A call that is served.
 *
 * @param method of HTTP
 * @param path with {@code {name}} for parameters
 * @param role the least that the caller needs
 * @param handler what is done
 */
record Route(HandlerType method, String path, Role role, Handler handler) {
  static Route view(String path, Handler handler) {
    return new Route(HandlerType.GET, path, Role.VIEW, handler);
  }

  static Route change(HandlerType method, String path, Handler handler) {
    return new Route(method, path, Role.ADMIN, handler);
  }
}
