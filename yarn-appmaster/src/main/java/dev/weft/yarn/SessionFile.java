package dev.weft.yarn;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.YarnOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Names the session that was started last: {@code .weft-yarn-properties}. */
final class SessionFile {
  private static final String NAME = ".weft-yarn-properties";
  private static final String KEY = "applicationID=";

  private SessionFile() {}

  private static Path file(Configuration configuration) {
    String directory =
        configuration
            .getOptional(YarnOptions.PROPERTIES_FILE)
            .orElseGet(() -> System.getProperty("user.home"));
    return Path.of(directory, NAME);
  }

  /** Notes a session. */
  static void write(Configuration configuration, String applicationId) throws IOException {
    Files.writeString(
        file(configuration),
        "# The session that weft run -t yarn-session uses\n" + KEY + applicationId + "\n",
        StandardCharsets.UTF_8);
  }

  /** The noted session. */
  static Optional<String> read(Configuration configuration) throws IOException {
    Path file = file(configuration);
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
        .filter(line -> line.startsWith(KEY))
        .map(line -> line.substring(KEY.length()).strip())
        .findFirst();
  }
}
