package dev.weft.engine.server.rest;

import dev.weft.engine.server.security.ApplicationSecret;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.HandlerType;
import io.javalin.http.SameSite;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Decides what a request may do: by the token in {@code Authorization: Bearer}, by the one in the
 * cookie that a browser got for it, or by a trusted proxy's word. A link with {@code ?token=} puts
 * the token into the cookie and leads on to the same page without it.
 */
final class AccessControl {
  static final String COOKIE = "weft-token";
  private static final String TOKEN_PARAMETER = "token";
  private static final String SCHEME = "Bearer ";

  private final byte[] adminToken;
  private final byte[] viewToken;
  private final Optional<TrustedProxy> proxy;

  AccessControl(ApplicationSecret secret, Optional<TrustedProxy> proxy) {
    this.adminToken = secret.restAdminToken().getBytes(StandardCharsets.UTF_8);
    this.viewToken = secret.restViewToken().getBytes(StandardCharsets.UTF_8);
    this.proxy = proxy;
  }

  /**
   * Lets a request pass or answers it.
   *
   * @return whether the request goes on
   * @throws RestException with 401 or 403
   */
  boolean admit(Context context, Role needed) {
    if (needed == Role.ANYONE) {
      return true;
    }
    String parameter = context.queryParam(TOKEN_PARAMETER);
    if (parameter != null && context.method().equals(HandlerType.GET)) {
      return exchangeForCookie(context, parameter);
    }
    Role role = roleOf(context);
    if (role == Role.ANYONE) {
      throw new RestException(
          401,
          "A valid token is needed: send 'Authorization: Bearer <token>', or open the link with"
              + " ?token=<token>");
    }
    if (role.compareTo(needed) < 0) {
      throw new RestException(403, "This token only lets its bearer look");
    }
    return true;
  }

  private Role roleOf(Context context) {
    String header = context.header("Authorization");
    if (header != null) {
      return header.startsWith(SCHEME)
          ? roleOf(header.substring(SCHEME.length()).trim())
          : Role.ANYONE;
    }
    String cookie = context.cookie(COOKIE);
    if (cookie != null) {
      return roleOf(cookie);
    }
    return proxy
        .flatMap(p -> p.roleOf(context.req().getRemoteAddr(), context.cookie(p.userCookie())))
        .orElse(Role.ANYONE);
  }

  private Role roleOf(String token) {
    byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
    if (MessageDigest.isEqual(bytes, adminToken)) {
      return Role.ADMIN;
    }
    return MessageDigest.isEqual(bytes, viewToken) ? Role.VIEW : Role.ANYONE;
  }

  private boolean exchangeForCookie(Context context, String token) {
    if (roleOf(token) == Role.ANYONE) {
      throw new RestException(401, "The token in the link is not valid");
    }
    Cookie cookie = new Cookie(COOKIE, token);
    cookie.setPath("/");
    cookie.setHttpOnly(true);
    cookie.setSameSite(SameSite.STRICT);
    context.cookie(cookie);
    context.header("Cache-Control", "no-store");
    context.header("Referrer-Policy", "no-referrer");
    // Relative, so that a proxy's prefix stays; only known paths come here.
    context.redirect(context.path());
    return false;
  }
}
