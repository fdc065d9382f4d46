package dev.weft.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A wall clock for one process, by a small library that answers in place of the system's. Timed
 * waits are left alone: libfaketime ends those of a JVM at once, which then does nothing but wake.
 */
final class OwnClock {
  private static final String SOURCE = "clock.c";

  private OwnClock() {}

  /** Why there can be none here; null when there can. */
  static String hindrance() {
    return Machine.has("cc") ? null : "there is no C compiler; apt-get install gcc";
  }

  /** What a process needs in its environment for a clock that is so many seconds off. */
  static Map<String, String> environment(Path directory, long seconds) throws IOException {
    Path library = directory.resolve("clock.so");
    if (!Files.exists(library)) {
      Path source = directory.resolve(SOURCE);
      try (InputStream in = OwnClock.class.getResourceAsStream(SOURCE)) {
        Files.copy(in, source);
      }
      Machine.run(
          List.of(
              "cc",
              "-O2",
              "-shared",
              "-fPIC",
              "-o",
              library.toString(),
              source.toString(),
              "-ldl"));
    }
    return Map.of("LD_PRELOAD", library.toString(), "WEFT_CLOCK_SECONDS", Long.toString(seconds));
  }
}
