package dev.weft.yarn;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.plugin.JobJars;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What of an installation every container needs, {@code lib} and {@code plugins}, as one archive
 * whose name says its content, so that it is put up once for many applications.
 */
final class DistributionArchive {
  private static final String[] DIRECTORIES = {"lib", "plugins"};

  private final Map<String, Path> files;

  private DistributionArchive(Map<String, Path> files) {
    this.files = files;
  }

  /**
   * The archive of an installation.
   *
   * @param home null when the client does not run from one
   * @throws WeftException with code USER when there is no installation to put up
   */
  static DistributionArchive of(Path home) throws IOException {
    if (home == null || !Files.isDirectory(home.resolve(DIRECTORIES[0]))) {
      throw new WeftException(
          ErrorCode.USER,
          (home == null ? "No installation is known" : "There is no lib/ in " + home)
              + "; run bin/weft of an unpacked distribution, or set WEFT_HOME to one");
    }
    Map<String, Path> files = new TreeMap<>();
    for (String directory : DIRECTORIES) {
      Path root = home.resolve(directory);
      if (Files.isDirectory(root)) {
        try (Stream<Path> all = Files.walk(root)) {
          all.filter(Files::isRegularFile)
              .filter(file -> file.toString().endsWith(".jar"))
              .forEach(file -> files.put(home.relativize(file).toString(), file));
        }
      }
    }
    return new DistributionArchive(files);
  }

  /** The SHA-256 of names and contents, hexadecimal. */
  String digest() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Map.Entry<String, Path> file : files.entrySet()) {
        String line = file.getKey() + ' ' + JobJars.digest(file.getValue()) + '\n';
        digest.update(line.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Writes the archive; jars are compressed already. */
  void write(OutputStream out) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(Deflater.NO_COMPRESSION);
      for (Map.Entry<String, Path> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        entry.setTime(0);
        zip.putNextEntry(entry);
        Files.copy(file.getValue(), zip);
        zip.closeEntry();
      }
    }
  }
}
