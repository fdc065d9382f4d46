package dev.weft.yarn;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.config.HighAvailabilityOptions;
import dev.weft.api.config.RestOptions;
import dev.weft.api.config.SecurityOptions;
import dev.weft.api.config.YarnOptions;
import dev.weft.connectors.hdfs.HadoopConfiguration;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The configuration that containers get: the client's options, its logging, and the client's files
 * of Hadoop and Hive, since those of the nodes may be others or none.
 */
final class ConfigurationArchive {
  private static final List<String> HADOOP_FILES =
      List.of("core-site.xml", "hdfs-site.xml", "yarn-site.xml", "ssl-client.xml");
  private static final String HIVE_FILE = "hive-site.xml";
  private static final String LOGGING = "container-log4j2.xml";

  private ConfigurationArchive() {}

  /** The options of an application, of those of its client. */
  static Configuration options(Configuration client, String storage) {
    Map<String, String> options = new TreeMap<>(client.toMap());
    for (String own :
        List.of(
            YarnOptions.APPLICATION_ID.key(),
            YarnOptions.PROPERTIES_FILE.key(),
            RestOptions.TOKEN_FILE.key(),
            RestOptions.ADDRESS.key(),
            RestOptions.PORT.key(),
            RestOptions.BIND_ADDRESS.key(),
            SecurityOptions.BUNDLE_FILE.key(),
            CoreOptions.LOG_DIR.key(),
            CoreOptions.TMP_DIRS.key(),
            CoreOptions.HADOOP_CONF_DIR.key(),
            CoreOptions.HIVE_CONF_DIR.key())) {
      options.remove(own);
    }
    Configuration result = Configuration.of(options);
    result.set(CoreOptions.PLUGINS_DIR, ContainerLayout.DISTRIBUTION + "/plugins");
    result.set(
        CoreOptions.HADOOP_CONF_DIR, ContainerLayout.CONFIGURATION + "/" + ContainerLayout.HADOOP);
    result.set(
        CoreOptions.HIVE_CONF_DIR, ContainerLayout.CONFIGURATION + "/" + ContainerLayout.HIVE);
    result.set(HighAvailabilityOptions.STORAGE_DIR, storage);
    return result;
  }

  /** The archive's bytes. */
  static byte[] bytes(Configuration client, Configuration options, Path installation)
      throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(ContainerLayout.OPTIONS_FILE, text(options).getBytes(StandardCharsets.UTF_8));
    files.put(ContainerLayout.LOGGING_FILE, logging(installation));
    Path hadoop = HadoopConfiguration.findDirectory(client).orElseThrow();
    for (String name : HADOOP_FILES) {
      if (Files.isReadable(hadoop.resolve(name))) {
        files.put(ContainerLayout.HADOOP + "/" + name, Files.readAllBytes(hadoop.resolve(name)));
      }
    }
    files.put(ContainerLayout.HIVE + "/", new byte[0]);
    Optional<Path> hive = hiveFile(client, hadoop);
    if (hive.isPresent()) {
      files.put(ContainerLayout.HIVE + "/" + HIVE_FILE, Files.readAllBytes(hive.get()));
    }
    return zipped(files);
  }

  private static Optional<Path> hiveFile(Configuration client, Path hadoop) {
    String directory =
        client
            .getOptional(CoreOptions.HIVE_CONF_DIR)
            .orElseGet(() -> System.getenv("HIVE_CONF_DIR"));
    Path file = (directory == null ? hadoop : Path.of(directory)).resolve(HIVE_FILE);
    return Optional.of(file).filter(Files::isReadable);
  }

  private static byte[] logging(Path installation) throws IOException {
    Path own = installation == null ? null : installation.resolve("conf/log4j2.xml");
    if (own != null && Files.isReadable(own)) {
      return Files.readAllBytes(own);
    }
    try (InputStream in = ConfigurationArchive.class.getResourceAsStream("/" + LOGGING)) {
      return in.readAllBytes();
    }
  }

  /** Options as the file that {@code ConfigurationFile} reads. */
  static String text(Configuration options) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(options.toMap())
        .forEach((key, value) -> text.append(key).append(": ").append(quoted(value)).append('\n'));
    return text.toString();
  }

  private static String quoted(String value) {
    return '"'
        + value
            .replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\t", "\\t")
        + '"';
  }

  private static byte[] zipped(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
