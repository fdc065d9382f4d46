package dev.weft.engine.server.rest;

import java.util.Locale;
import java.util.Set;

/** Keeps the values of options that may be secrets out of what is shown. */
public final class Redaction {
  private static final Set<String> TELLTALES =
      Set.of("password", "passwd", "secret", "token", "credential", "apikey", "api-key", "private");
  private static final String HIDDEN = "******";

  private Redaction() {}

  /** The value as it may be shown. */
  public static String of(String key, String value) {
    String lower = key.toLowerCase(Locale.ROOT);
    return TELLTALES.stream().anyMatch(lower::contains) ? HIDDEN : value;
  }
}
