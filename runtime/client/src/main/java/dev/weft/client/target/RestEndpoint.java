package dev.weft.client.target;

import java.net.URI;

/**
 * How a cluster's REST interface is reached.
 *
 * @param base address without a path, or with that of a proxy
 * @param token sent with every call; null where none is asked for
 * @param trusted the certificate (DER) that the server's must be signed by; null for plain HTTP or
 *     for one of the JDK's authorities
 */
public record RestEndpoint(URI base, String token, byte[] trusted) {
  @Override
  public String toString() {
    return base.toString();
  }
}
