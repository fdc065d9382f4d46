package dev.weft.ha.zookeeper;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The content of the epoch's node: to whom the newest epoch was granted. Text of lines {@code
 * key=value}, for people who look at it.
 *
 * @param attempt number of the process among those that the platform starts one after another, or 0
 * @param candidate for people
 * @param token made anew for each try to take the epoch: tells after a lost reply whose it became
 */
record Grant(int attempt, String candidate, String token) {
  static final Grant NOBODY = new Grant(0, "", "");

  byte[] encode() {
    String text =
        "version=1\nattempt="
            + attempt
            + "\ncandidate="
            + candidate.replaceAll("\\s+", " ")
            + "\ntoken="
            + token
            + "\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Reads leniently: what matters is the node's version, and a damaged text must not stop it. */
  static Grant decode(byte[] bytes) {
    Map<String, String> values = new LinkedHashMap<>();
    new String(bytes, StandardCharsets.UTF_8)
        .lines()
        .forEach(
            line -> {
              int equals = line.indexOf('=');
              if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1));
              }
            });
    int attempt;
    try {
      attempt = Integer.parseInt(values.getOrDefault("attempt", "0"));
    } catch (NumberFormatException e) {
      attempt = 0;
    }
    return new Grant(
        attempt, values.getOrDefault("candidate", "?"), values.getOrDefault("token", ""));
  }
}
