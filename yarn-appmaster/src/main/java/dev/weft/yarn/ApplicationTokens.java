package dev.weft.yarn;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.RestOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.server.security.ApplicationSecret;
import dev.weft.engine.server.security.SecurityBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.yarn.api.records.ApplicationId;

/** The tokens of applications that this user submitted from this machine: {@code ~/.weft}. */
final class ApplicationTokens {
  private static final String SUFFIX = ".token";

  private ApplicationTokens() {}

  private static Path file(ApplicationId id) {
    return Path.of(System.getProperty("user.home"), ".weft", "applications", id + SUFFIX);
  }

  /** Keeps the token of an application. */
  static void write(ApplicationId id, ApplicationSecret secret) throws IOException {
    Path file = file(id);
    Files.createDirectories(file.getParent());
    SecurityBundle.writePrivately(
        file, (secret.restAdminToken() + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The token of an application.
   *
   * @throws WeftException with code USER when it is not known here
   */
  static String read(ApplicationId id, Configuration configuration) throws IOException {
    String option = configuration.get(RestOptions.TOKEN_FILE);
    Path file = option == null ? file(id) : Path.of(option);
    if (!Files.isReadable(file)) {
      throw new WeftException(
          ErrorCode.USER,
          "The token of "
              + id
              + " is not on this machine ("
              + file
              + "); copy the file from where it was submitted, or name it with "
              + RestOptions.TOKEN_FILE.key());
    }
    return Files.readString(file, StandardCharsets.UTF_8).strip();
  }

  static void delete(ApplicationId id) throws IOException {
    Files.deleteIfExists(file(id));
  }
}
