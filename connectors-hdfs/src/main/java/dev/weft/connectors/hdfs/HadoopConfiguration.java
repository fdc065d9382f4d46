package dev.weft.connectors.hdfs;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.config.OptionCatalogue;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads Hadoop's configuration for everything in Weft that talks to Hadoop. The directory is the
 * first of: the option {@code env.hadoop.conf.dir}, the environment variable {@code
 * HADOOP_CONF_DIR}, {@code $HADOOP_HOME/etc/hadoop} where it exists. Options whose keys begin with
 * {@code hadoop.conf.} win over the files.
 */
public final class HadoopConfiguration {
  private static final Logger LOG = LoggerFactory.getLogger(HadoopConfiguration.class);
  private static final List<String> SITE_FILES =
      List.of("core-site.xml", "hdfs-site.xml", "yarn-site.xml");

  /**
   * Hadoop finds implementations with the thread's context class loader, which is not ours when we
   * are a plugin; naming them makes it use the configuration's loader.
   */
  private static final Map<String, String> IMPLEMENTATIONS =
      Map.of(
          "fs.hdfs.impl", "org.apache.hadoop.hdfs.DistributedFileSystem",
          "fs.webhdfs.impl", "org.apache.hadoop.hdfs.web.WebHdfsFileSystem",
          "fs.swebhdfs.impl", "org.apache.hadoop.hdfs.web.SWebHdfsFileSystem",
          "fs.viewfs.impl", "org.apache.hadoop.fs.viewfs.ViewFileSystem",
          "fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem",
          "fs.AbstractFileSystem.file.impl", "org.apache.hadoop.fs.local.RawLocalFs");

  private HadoopConfiguration() {}

  /**
   * Loads the configuration of this process.
   *
   * @throws WeftException with code USER when a directory is named that does not exist
   */
  public static org.apache.hadoop.conf.Configuration load(Configuration configuration) {
    return load(configuration, System.getenv());
  }

  /** As {@link #load(Configuration)} with the given environment variables. */
  static org.apache.hadoop.conf.Configuration load(
      Configuration configuration, Map<String, String> environment) {
    org.apache.hadoop.conf.Configuration hadoop =
        withPluginLoader(org.apache.hadoop.conf.Configuration::new);
    hadoop.setClassLoader(HadoopConfiguration.class.getClassLoader());
    findDirectory(configuration, environment)
        .ifPresentOrElse(
            directory -> addSiteFiles(hadoop, directory),
            () -> LOG.info("No Hadoop configuration directory; using Hadoop's defaults"));
    configuration
        .toMap()
        .forEach(
            (key, value) -> {
              if (key.startsWith(OptionCatalogue.HADOOP_PREFIX)) {
                hadoop.set(key.substring(OptionCatalogue.HADOOP_PREFIX.length()), value);
              }
            });
    IMPLEMENTATIONS.forEach(
        (key, value) -> {
          if (hadoop.get(key) == null || key.contains("AbstractFileSystem")) {
            hadoop.set(key, value);
          }
        });
    // Files are closed by the engine in its own order, not by a shutdown hook that races with it.
    hadoop.setBoolean("fs.automatic.close", false);
    return hadoop;
  }

  /**
   * The directory that {@link #load} reads, where there is one.
   *
   * @throws WeftException with code USER when a directory is named that does not exist
   */
  public static Optional<Path> findDirectory(Configuration configuration) {
    return findDirectory(configuration, System.getenv());
  }

  private static Optional<Path> findDirectory(
      Configuration configuration, Map<String, String> environment) {
    String option = configuration.get(CoreOptions.HADOOP_CONF_DIR);
    if (option != null) {
      return Optional.of(existing(option, "option " + CoreOptions.HADOOP_CONF_DIR.key()));
    }
    String variable = environment.get("HADOOP_CONF_DIR");
    if (variable != null && !variable.isBlank()) {
      return Optional.of(existing(variable, "environment variable HADOOP_CONF_DIR"));
    }
    String home = environment.get("HADOOP_HOME");
    return home == null || home.isBlank()
        ? Optional.empty()
        : Optional.of(Path.of(home, "etc", "hadoop")).filter(Files::isDirectory);
  }

  private static Path existing(String directory, String origin) {
    Path path = Path.of(directory);
    if (!Files.isDirectory(path)) {
      throw new WeftException(
          ErrorCode.USER,
          "The Hadoop configuration directory '"
              + directory
              + "' from "
              + origin
              + " does not exist; name the directory that holds core-site.xml");
    }
    return path;
  }

  private static void addSiteFiles(org.apache.hadoop.conf.Configuration hadoop, Path directory) {
    for (String name : SITE_FILES) {
      Path file = directory.resolve(name);
      if (Files.isReadable(file)) {
        hadoop.addResource(new org.apache.hadoop.fs.Path(file.toUri()));
      } else if (name.equals("core-site.xml")) {
        LOG.warn("The Hadoop configuration directory {} has no core-site.xml", directory);
      }
    }
    LOG.info("Loaded Hadoop's configuration from {}", directory);
  }

  /**
   * Runs an action with this class's loader as the thread's context class loader, in which Hadoop
   * looks for services.
   */
  public static <T, E extends Exception> T withPluginLoader(PluginAction<T, E> action) throws E {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(HadoopConfiguration.class.getClassLoader());
    try {
      return action.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** An action that needs Hadoop's services to be found. */
  @FunctionalInterface
  public interface PluginAction<T, E extends Exception> {
    /** Runs the action. */
    T run() throws E;
  }
}
