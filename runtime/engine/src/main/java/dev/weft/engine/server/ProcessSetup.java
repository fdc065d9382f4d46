package dev.weft.engine.server;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.fs.FileStore;
import dev.weft.api.fs.FileStoreFactory;
import dev.weft.engine.plugin.JobCode;
import dev.weft.engine.plugin.Plugins;
import dev.weft.engine.server.host.RoutingFileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What every process opens first.
 *
 * @param configuration of the process
 * @param plugins of the process
 * @param files all file systems
 * @param local the local directory of this process alone
 */
public record ProcessSetup(
    Configuration configuration, Plugins plugins, FileStore files, Scratch local)
    implements AutoCloseable {
  /** The scheme of paths without one, on a machine without Hadoop. */
  public static final String LOCAL_FILES = "file";

  /**
   * Opens file systems and makes the scratch directory.
   *
   * @param name of the process, for the scratch directory
   * @param defaultScheme of paths without one
   * @throws dev.weft.api.error.WeftException with code RESOURCE when there is no place for
   *     temporary files
   */
  public static ProcessSetup open(
      String name, Configuration configuration, Plugins plugins, String defaultScheme) {
    FileStore files =
        new RoutingFileStore(
            configuration, defaultScheme, plugins.services(FileStoreFactory.class));
    return new ProcessSetup(
        configuration, plugins, files, Scratch.open(name, configuration.get(CoreOptions.TMP_DIRS)));
  }

  /** The plugins of an installation, or of the class path when there is none. */
  public static Plugins plugins(Configuration configuration, ClassLoader application) {
    String option = configuration.get(CoreOptions.PLUGINS_DIR);
    if (option != null) {
      return Plugins.load(Path.of(option), application);
    }
    String home = System.getenv("WEFT_HOME");
    Path directory = home == null || home.isBlank() ? null : Path.of(home, "plugins");
    return directory != null && Files.isDirectory(directory)
        ? Plugins.load(directory, application)
        : Plugins.onClassPath(application);
  }

  /** A local directory of this process alone. */
  public Path scratch() {
    return local.directory();
  }

  /** The code of jobs, fetched into the scratch directory. */
  public JobCode jobCode() {
    return new JobCode(files, plugins, scratch().resolve("jars"));
  }

  @Override
  public void close() {
    try {
      files.close();
      local.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("the process can not clean up", e);
    }
  }
}
