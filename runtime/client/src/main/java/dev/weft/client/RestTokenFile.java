package dev.weft.client;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.RestOptions;
import dev.weft.client.target.RestEndpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the token of a standalone cluster. */
final class RestTokenFile {
  private static final String WRITTEN_BY_JOBMANAGER = "run/rest.token";
  private static final int CHARACTERS_MAX = 1 << 16;

  private RestTokenFile() {}

  /**
   * The endpoint of a host and port with the token of {@code security.rest.token-file}, or of the
   * cluster that was started from the same installation.
   */
  static RestEndpoint endpoint(
      Configuration configuration, Path installation, String host, int port) {
    String address = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    return new RestEndpoint(
        URI.create("http://" + address + ":" + port), token(configuration, installation), null);
  }

  private static String token(Configuration configuration, Path installation) {
    String option = configuration.get(RestOptions.TOKEN_FILE);
    if (option != null) {
      return read(Path.of(option));
    }
    Path written = installation == null ? null : installation.resolve(WRITTEN_BY_JOBMANAGER);
    return written != null && Files.isReadable(written) ? read(written) : null;
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) > CHARACTERS_MAX) {
        throw new IOException("it is larger than 64 KB");
      }
      return Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new CommandException(
          CommandException.CONFIGURATION,
          "The token file "
              + file
              + " of "
              + RestOptions.TOKEN_FILE
              + " cannot be read ("
              + CommandException.describe(e)
              + "); the JobManager writes it when it starts",
          e);
    }
  }
}
