package dev.weft.connectors.hive.table;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.connectors.hdfs.HadoopConfiguration;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How the metastore is reached. Read once on the client and shipped with the job, so that no other
 * process needs Hive's configuration.
 *
 * @param uris the metastore's addresses, tried in turn
 * @param socketTimeoutMillis how long one call may take
 * @param retryMillis for how long calls that may be repeated are repeated
 * @param origin where the addresses stand, for messages
 */
public record HiveConfiguration(
    List<URI> uris, int socketTimeoutMillis, long retryMillis, String origin)
    implements Serializable {
  private static final String SITE_FILE = "hive-site.xml";
  private static final int SOCKET_TIMEOUT_SECONDS = 60;
  private static final long RETRIES = 15;
  private static final long RETRY_DELAY_SECONDS = 1;
  private static final long RETRY_MILLIS = RETRIES * RETRY_DELAY_SECONDS * 1_000;

  /**
   * Reads {@code hive-site.xml} in the first of: the directory of option {@code env.hive.conf.dir},
   * {@code HIVE_CONF_DIR}, {@code $HIVE_HOME/conf}, Hadoop's configuration directory.
   *
   * @throws WeftException with code USER when no metastore is named, with code DEPENDENCY when it
   *     is secured in a way that is not supported
   */
  public static HiveConfiguration load(Configuration configuration) {
    return load(configuration, System.getenv());
  }

  static HiveConfiguration load(Configuration configuration, Map<String, String> environment) {
    List<Path> directories = directories(configuration, environment);
    for (Path directory : directories) {
      Path file = directory.resolve(SITE_FILE);
      if (Files.isReadable(file)) {
        return read(file);
      }
    }
    throw new WeftException(
        ErrorCode.USER,
        (directories.isEmpty()
                ? "No directory with " + SITE_FILE + " is known"
                : "There is no " + SITE_FILE + " in " + directories)
            + "; set HIVE_CONF_DIR to the directory that holds it, or name the metastore with"
            + " .metastore(\"thrift://host:9083\")");
  }

  /** The configuration for metastores at these addresses, separated by commas. */
  public static HiveConfiguration of(String uris) {
    return of(uris, SOCKET_TIMEOUT_SECONDS * 1000, RETRY_MILLIS, "the program");
  }

  private static HiveConfiguration of(
      String uris, int socketTimeoutMillis, long retryMillis, String origin) {
    List<URI> addresses = new ArrayList<>();
    for (String text : uris.split(",")) {
      URI uri;
      try {
        uri = URI.create(text.trim());
      } catch (IllegalArgumentException e) {
        throw badAddress(text, origin);
      }
      if (!"thrift".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() <= 0) {
        throw badAddress(text, origin);
      }
      addresses.add(uri);
    }
    return new HiveConfiguration(
        new ArrayList<>(addresses), socketTimeoutMillis, retryMillis, origin);
  }

  private static WeftException badAddress(String text, String origin) {
    return new WeftException(
        ErrorCode.USER,
        "The metastore address '"
            + text.trim()
            + "' in "
            + origin
            + " is none; write thrift://host:9083");
  }

  private static List<Path> directories(
      Configuration configuration, Map<String, String> environment) {
    List<Path> directories = new ArrayList<>();
    if (configuration.get(CoreOptions.HIVE_CONF_DIR) != null) {
      directories.add(Path.of(configuration.get(CoreOptions.HIVE_CONF_DIR)));
    }
    if (!environment.getOrDefault("HIVE_CONF_DIR", "").isBlank()) {
      directories.add(Path.of(environment.get("HIVE_CONF_DIR")));
    }
    if (!environment.getOrDefault("HIVE_HOME", "").isBlank()) {
      directories.add(Path.of(environment.get("HIVE_HOME"), "conf"));
    }
    HadoopConfiguration.findDirectory(configuration).ifPresent(directories::add);
    return directories;
  }

  private static HiveConfiguration read(Path file) {
    org.apache.hadoop.conf.Configuration site = new org.apache.hadoop.conf.Configuration(false);
    site.addResource(new org.apache.hadoop.fs.Path(file.toUri()));
    String uris = first(site, "hive.metastore.uris", "metastore.thrift.uris");
    if (uris == null || uris.isBlank()) {
      throw new WeftException(
          ErrorCode.USER,
          file + " has no hive.metastore.uris; a metastore inside the process is not supported");
    }
    refuse(site, file, "hive.metastore.sasl.enabled", "metastore.sasl.enabled");
    refuse(site, file, "hive.metastore.use.SSL", "metastore.use.SSL");
    int timeoutMillis =
        (int)
            Math.min(
                Integer.MAX_VALUE,
                site.getTimeDuration(
                    "hive.metastore.client.socket.timeout",
                    SOCKET_TIMEOUT_SECONDS,
                    TimeUnit.SECONDS,
                    TimeUnit.MILLISECONDS));
    long retryMillis =
        site.getLong("hive.metastore.connect.retries", RETRIES)
            * site.getTimeDuration(
                "hive.metastore.client.connect.retry.delay",
                RETRY_DELAY_SECONDS,
                TimeUnit.SECONDS,
                TimeUnit.MILLISECONDS);
    return of(uris, Math.max(1, timeoutMillis), retryMillis, file.toString());
  }

  private static void refuse(
      org.apache.hadoop.conf.Configuration site, Path file, String key, String newKey) {
    if ("true".equalsIgnoreCase(first(site, key, newKey))) {
      throw new WeftException(
          ErrorCode.DEPENDENCY,
          "The metastore of "
              + file
              + " asks for "
              + key
              + "=true, which is not supported yet; use a metastore address without it");
    }
  }

  private static String first(
      org.apache.hadoop.conf.Configuration site, String key, String otherKey) {
    String value = site.get(key);
    return value == null ? site.get(otherKey) : value;
  }
}
