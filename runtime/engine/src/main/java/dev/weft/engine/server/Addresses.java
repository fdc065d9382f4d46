package dev.weft.engine.server;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.protocol.Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses as text, and the names of this machine. */
final class Addresses {
  private Addresses() {}

  /**
   * Reads {@code host:port}.
   *
   * @throws WeftException with code USER for anything else
   */
  static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (colon > 0 && port > 0) {
        return new Address(text.substring(0, colon), port);
      }
    } catch (NumberFormatException e) {
      throw new WeftException(ErrorCode.USER, "'" + text + "' is no host:port", e);
    }
    throw new WeftException(ErrorCode.USER, "'" + text + "' is no host:port");
  }

  /** Whether a host is this machine and nothing else can reach it. */
  static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** The name by which other machines know this one. */
  static String ownHost() {
    try {
      return InetAddress.getLocalHost().getCanonicalHostName();
    } catch (UnknownHostException e) {
      throw new WeftException(
          ErrorCode.RESOURCE, "This machine does not know its own name; set taskmanager.host", e);
    }
  }
}
