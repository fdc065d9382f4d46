package dev.weft.engine.server.net;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;

/**
 * Ports that may be listened on.
 *
 * @param first 0 for a free one, chosen by the system
 * @param last not less than the first
 */
public record PortRange(int first, int last) {
  private static final int PORT_MAX = 65535;

  /**
   * Reads {@code 8081}, {@code 50100-50200} or {@code 0}.
   *
   * @throws WeftException with code USER for anything else
   */
  public static PortRange parse(String text) {
    try {
      int dash = text.indexOf('-');
      int first = Integer.parseInt((dash < 0 ? text : text.substring(0, dash)).trim());
      int last = dash < 0 ? first : Integer.parseInt(text.substring(dash + 1).trim());
      if (first >= 0 && first <= last && last <= PORT_MAX) {
        return new PortRange(first, last);
      }
    } catch (NumberFormatException e) {
      throw refused(text, e);
    }
    throw refused(text, null);
  }

  private static WeftException refused(String text, Throwable cause) {
    return new WeftException(
        ErrorCode.USER, "'" + text + "' is no port and no range such as 50100-50200", cause);
  }
}
