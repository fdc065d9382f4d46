package dev.weft.benchmarks;

import java.util.Map;
import java.util.TreeMap;

/** The {@code key=value} arguments of a run. */
final class Settings {
  private final Map<String, String> values = new TreeMap<>();

  Settings(String... arguments) {
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      if (parts.length != 2 || parts[0].isEmpty()) {
        throw new IllegalArgumentException("expected key=value, got '" + argument + "'");
      }
      values.put(parts[0], parts[1]);
    }
  }

  String text(String key, String otherwise) {
    return values.getOrDefault(key, otherwise);
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /** A number; underscores between digits are allowed. */
  long number(String key, long otherwise) {
    String text = values.get(key);
    try {
      return text == null ? otherwise : Long.parseLong(text.replace("_", ""));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + "=" + text + " is not a whole number", e);
    }
  }

  int parallelism() {
    return (int) number("p", 2);
  }
}
