package dev.weft.api.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Reads durations as people write them. */
public final class Durations {
  private Durations() {}

  /**
   * Parses {@code 10 s}, {@code 500ms}, {@code 3 min}, {@code 2 h}, {@code 1 d}, a bare number of
   * milliseconds, or ISO-8601 ({@code PT10S}).
   *
   * @throws IllegalArgumentException when the text is none of these or negative
   */
  public static Duration parse(String text) {
    String trimmed = text.trim().toLowerCase(Locale.ROOT);
    if (trimmed.startsWith("p")) {
      try {
        return Duration.parse(trimmed);
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException("write for example 10 s or PT10S", e);
      }
    }
    int digits = 0;
    while (digits < trimmed.length() && Character.isDigit(trimmed.charAt(digits))) {
      digits++;
    }
    if (digits == 0) {
      throw new IllegalArgumentException("write for example 10 s or 500 ms");
    }
    long number = Long.parseLong(trimmed.substring(0, digits));
    return switch (trimmed.substring(digits).trim()) {
      case "", "ms", "milli", "millis", "millisecond", "milliseconds" -> Duration.ofMillis(number);
      case "ns", "nano", "nanos" -> Duration.ofNanos(number);
      case "us", "µs", "micros" -> Duration.ofNanos(Math.multiplyExact(number, 1000L));
      case "s", "sec", "second", "seconds" -> Duration.ofSeconds(number);
      case "m", "min", "minute", "minutes" -> Duration.ofMinutes(number);
      case "h", "hour", "hours" -> Duration.ofHours(number);
      case "d", "day", "days" -> Duration.ofDays(number);
      default -> throw new IllegalArgumentException("unit is none of ns us ms s min h d");
    };
  }
}
