package dev.weft.engine.server.rest;

import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A proxy that has authenticated the user of a request, such as YARN's: requests from its hosts
 * that name a user who may look are served without a token, but may change nothing.
 *
 * @param addresses from which the proxy's requests come, as numbers
 * @param userCookie in which the proxy names the user
 * @param mayView whether a user may look
 */
public record TrustedProxy(Set<String> addresses, String userCookie, Predicate<String> mayView) {
  /** What a request from an address, with the proxy's cookie, may do. */
  Optional<Role> roleOf(String address, String user) {
    return user != null && addresses.contains(address) && mayView.test(user)
        ? Optional.of(Role.VIEW)
        : Optional.empty();
  }
}
