package dev.weft.chaos;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A wall clock for one process, by a library that answers in place of the system. */
final class OwnClock {
  private static final Path LIBRARIES = Path.of("/usr/lib");

  private OwnClock() {}

  /** Why there can be none here; null when there can. */
  static String hindrance() throws IOException {
    return library() == null ? "libfaketime is not installed; apt-get install libfaketime" : null;
  }

  /** What a process needs in its environment for a clock that is so many seconds off. */
  static Map<String, String> environment(String seconds) throws IOException {
    return Map.of(
        "LD_PRELOAD",
        library().toString(),
        "FAKETIME",
        seconds,
        "FAKETIME_DONT_FAKE_MONOTONIC",
        "1");
  }

  private static Path library() throws IOException {
    if (!Files.isDirectory(LIBRARIES)) {
      return null;
    }
    try (DirectoryStream<Path> systems = Files.newDirectoryStream(LIBRARIES)) {
      for (Path system : systems) {
        Path library = system.resolve("faketime/libfaketime.so.1");
        if (Files.exists(library)) {
          return library;
        }
      }
    }
    return null;
  }
}
