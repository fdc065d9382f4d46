package dev.weft.client;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.ConfigurationFile;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.error.WeftException;
import dev.weft.engine.plugin.Plugins;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The directories of the installation that this process runs from: {@code WEFT_HOME} with {@code
 * lib}, {@code plugins} and {@code conf}, or none of them when the client runs from a class path.
 */
final class Installation {
  private static final String CONFIGURATION_FILE = "config.yaml";

  private final Map<String, String> environment;
  private final Path home;

  Installation(Map<String, String> environment) {
    this.environment = environment;
    String directory = environment.get("WEFT_HOME");
    this.home = directory == null || directory.isBlank() ? null : Path.of(directory);
  }

  /** The installation directory, or null. */
  Path home() {
    return home;
  }

  /**
   * The options of {@code config.yaml} in {@code WEFT_CONF_DIR} or {@code conf}; empty without a
   * file.
   */
  Configuration configuration() {
    String directory = environment.get("WEFT_CONF_DIR");
    try {
      if (directory != null && !directory.isBlank()) {
        return ConfigurationFile.load(Path.of(directory, CONFIGURATION_FILE));
      }
      Path file = home == null ? null : home.resolve("conf").resolve(CONFIGURATION_FILE);
      return file != null && Files.exists(file)
          ? ConfigurationFile.load(file)
          : new Configuration();
    } catch (WeftException e) {
      throw new CommandException(CommandException.CONFIGURATION, e.getMessage(), e);
    }
  }

  /** The plugins of the directory that the configuration names, or of the installation. */
  Plugins plugins(Configuration configuration) {
    ClassLoader application = Installation.class.getClassLoader();
    String option = configuration.get(CoreOptions.PLUGINS_DIR);
    Path directory =
        option != null ? Path.of(option) : home == null ? null : home.resolve("plugins");
    try {
      return directory == null || option == null && !Files.isDirectory(directory)
          ? Plugins.onClassPath(application)
          : Plugins.load(directory, application);
    } catch (WeftException e) {
      throw new CommandException(CommandException.CONFIGURATION, e.getMessage(), e);
    }
  }
}
