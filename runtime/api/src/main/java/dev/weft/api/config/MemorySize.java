package dev.weft.api.config;

import java.io.Serializable;
import java.util.Locale;

/** A number of bytes that reads as people write it. */
public record MemorySize(long bytes) implements Serializable {
  /** Checks that the size is not negative. */
  public MemorySize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a memory size is not negative: " + bytes);
    }
  }

  /** So many mebibytes. */
  public static MemorySize ofMebiBytes(long mebiBytes) {
    return new MemorySize(Math.multiplyExact(mebiBytes, 1L << 20));
  }

  /**
   * Parses {@code 512m}, {@code 1 gb}, {@code 64kb}, {@code 100 bytes}; units are powers of 1024; a
   * bare number is bytes.
   *
   * @throws IllegalArgumentException when the text is no size
   */
  public static MemorySize parse(String text) {
    String trimmed = text.trim().toLowerCase(Locale.ROOT);
    int digits = 0;
    while (digits < trimmed.length() && Character.isDigit(trimmed.charAt(digits))) {
      digits++;
    }
    if (digits == 0) {
      throw new IllegalArgumentException("write for example 512m or 1 gb");
    }
    int shift =
        switch (trimmed.substring(digits).trim()) {
          case "", "b", "bytes" -> 0;
          case "k", "kb", "kib", "kibibytes" -> 10;
          case "m", "mb", "mib", "mebibytes" -> 20;
          case "g", "gb", "gib", "gibibytes" -> 30;
          case "t", "tb", "tib", "tebibytes" -> 40;
          default -> throw new IllegalArgumentException("unit is none of b kb mb gb tb");
        };
    try {
      return new MemorySize(
          Math.multiplyExact(Long.parseLong(trimmed.substring(0, digits)), 1L << shift));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("more than 8 EiB", e);
    }
  }

  /** The size in whole mebibytes, rounded down. */
  public long mebiBytes() {
    return bytes >> 20;
  }

  @Override
  public String toString() {
    for (int shift = 40; shift > 0; shift -= 10) {
      if (bytes >= 1L << shift && bytes % (1L << shift) == 0) {
        return (bytes >> shift) + " " + "kmgt".charAt(shift / 10 - 1) + "b";
      }
    }
    return bytes + " bytes";
  }
}
