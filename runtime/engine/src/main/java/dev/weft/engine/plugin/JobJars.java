package dev.weft.engine.plugin;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/** What is checked of a user's jar before a class of it is loaded. */
public final class JobJars {
  private static final String API_DIRECTORY = "dev/weft/api/";
  private static final int BUFFER_BYTES = 1 << 16;

  private JobJars() {}

  /**
   * Refuses a file that is no jar or carries classes of the API, which must exist once.
   *
   * @throws WeftException with code USER that names the jar and the fix
   */
  public static void check(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      Optional<String> api =
          file.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.startsWith(API_DIRECTORY) && name.endsWith(".class"))
              .findFirst();
      if (api.isPresent()) {
        throw new WeftException(
            ErrorCode.USER,
            "The jar "
                + jar
                + " carries "
                + api.get()
                + ", a class of Weft's API; give the dependency weft-api the scope 'provided' in the"
                + " build of the jar (compileOnly in Gradle)");
      }
    } catch (IOException e) {
      throw new WeftException(
          ErrorCode.USER,
          "The file "
              + jar
              + (Files.exists(jar) ? " is no jar that can be read: " + e : " does not exist"),
          e);
    }
  }

  /** The SHA-256 of a file, hexadecimal in lower case. */
  public static String digest(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
