package dev.weft.api.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A map of texts in one text: {@code key:value,key:value}. Keys and values with a comma, a colon, a
 * single quote or blanks at an end stand in single quotes, in which a quote is written twice.
 */
final class MapText {
  private static final char QUOTE = '\'';

  private final String text;
  private int position;

  private MapText(String text) {
    this.text = text;
  }

  /** Writes a map so that {@link #parse} gives it back. */
  static String of(Map<?, ?> map) {
    return map.entrySet().stream()
        .map(e -> quoted(String.valueOf(e.getKey())) + ":" + quoted(String.valueOf(e.getValue())))
        .collect(Collectors.joining(","));
  }

  private static String quoted(String part) {
    boolean plain =
        part.chars().noneMatch(c -> c == ',' || c == ':' || c == QUOTE) && part.equals(part.trim());
    return plain ? part : QUOTE + part.replace("'", "''") + QUOTE;
  }

  /**
   * The map, in the order of the text, read-only.
   *
   * @throws IllegalArgumentException when an entry has no colon, a quote no end, or a key comes
   *     twice
   */
  static Map<String, String> parse(String text) {
    return new MapText(text).entries();
  }

  private Map<String, String> entries() {
    Map<String, String> map = new LinkedHashMap<>();
    while (position < text.length()) {
      String key = part(':');
      if (position >= text.length()) {
        throw new IllegalArgumentException("write key:value after '" + key + "'");
      }
      position++;
      String value = part(',');
      position++;
      if (map.put(key, value) != null) {
        throw new IllegalArgumentException("the key '" + key + "' comes twice");
      }
    }
    return Collections.unmodifiableMap(map);
  }

  /** What stands before the given separator or, for values, the end; the position is on it then. */
  private String part(char separator) {
    int from = position;
    while (from < text.length() && text.charAt(from) == ' ') {
      from++;
    }
    return from < text.length() && text.charAt(from) == QUOTE
        ? quotedPart(from + 1, separator)
        : plainPart(from, separator);
  }

  private String plainPart(int from, char separator) {
    int end = text.indexOf(separator, from);
    position = end < 0 ? text.length() : end;
    return text.substring(from, position).trim();
  }

  private String quotedPart(int from, char separator) {
    StringBuilder part = new StringBuilder();
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) != QUOTE) {
        part.append(text.charAt(i));
      } else if (i + 1 < text.length() && text.charAt(i + 1) == QUOTE) {
        part.append(QUOTE);
        i++;
      } else {
        String rest = plainPart(i + 1, separator);
        if (!rest.isEmpty()) {
          throw new IllegalArgumentException("'" + rest + "' stands behind a closing quote");
        }
        return part.toString();
      }
    }
    throw new IllegalArgumentException("a quote has no end");
  }
}
