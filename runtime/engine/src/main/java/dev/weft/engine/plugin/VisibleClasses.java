package dev.weft.engine.plugin;

import java.util.List;

/**
 * Which classes of the application's class path other loaders see: all that begin with one of the
 * prefixes.
 */
record VisibleClasses(List<String> prefixes) {
  private static final String API = "dev.weft.api.";
  private static final String LOGGING = "org.slf4j.";

  /** What everyone sees: the API and the one logging interface. */
  static final VisibleClasses API_ONLY = new VisibleClasses(List.of(API, LOGGING));

  /** What plugins see that extend the engine. */
  static final VisibleClasses WITH_ENGINE =
      new VisibleClasses(List.of(API, LOGGING, "dev.weft.engine.", "dev.weft.client."));

  boolean contains(String className) {
    for (String prefix : prefixes) {
      if (className.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
