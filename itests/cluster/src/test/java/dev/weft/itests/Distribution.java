package dev.weft.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An unpacked tarball, with a configuration directory and an environment of its own. */
final class Distribution {
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  private final Path home;
  private final Path logs;
  private final Map<String, String> environment = new LinkedHashMap<>();

  private Distribution(Path home, Path logs) {
    this.home = home;
    this.logs = logs;
  }

  /** The JDK that runs the tests runs the commands, too. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Starts to unpack into a directory. */
  static Process unpack(Path tarball, Path dir) throws IOException {
    if (!Files.isRegularFile(tarball)) {
      throw new IOException("There is no distribution " + tarball + "; run mvn verify at the top");
    }
    Files.createDirectories(dir);
    return new ProcessBuilder("tar", "-xzf", tarball.toString(), "-C", dir.toString())
        .inheritIO()
        .start();
  }

  /** The unpacked distribution in a directory. */
  static Distribution in(Path dir, Map<String, String> environment) throws IOException {
    try (var entries = Files.list(dir)) {
      List<Path> homes = entries.filter(path -> Files.isDirectory(path.resolve("bin"))).toList();
      assertEquals(1, homes.size(), "one directory in the tarball");
      Distribution distribution =
          new Distribution(homes.get(0), Files.createDirectories(dir.resolve("logs")));
      distribution.environment.putAll(environment);
      distribution.environment.put("JAVA_HOME", System.getProperty("java.home"));
      distribution.environment.put("WEFT_LOG_DIR", distribution.logs.toString());
      return distribution;
    }
  }

  Path home() {
    return home;
  }

  Path logs() {
    return logs;
  }

  String example(String name) {
    return home.resolve("examples").resolve(name + ".jar").toString();
  }

  /** Runs {@code weft} to its end. */
  CommandResult weft(String... arguments) {
    return startWeft(arguments).await(PATIENCE);
  }

  /** Runs a program in one process, two subtasks a step, to its end. */
  CommandResult runLocally(String jar, String... arguments) {
    List<String> line = new ArrayList<>(List.of("run", "-t", "local", "-p", "2", jar));
    line.addAll(List.of(arguments));
    return weft(line.toArray(String[]::new));
  }

  /** Runs a command of {@code bin} to its end. */
  CommandResult command(String name, String... arguments) {
    return start(name, arguments).await(PATIENCE);
  }

  /** Starts {@code weft}. */
  RunningCommand startWeft(String... arguments) {
    return start("weft", arguments);
  }

  private RunningCommand start(String name, String... arguments) {
    List<String> line = new ArrayList<>();
    line.add(home.resolve("bin").resolve(name).toString());
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).directory(home.toFile());
    Processes.forgetHadoop(builder.environment());
    builder.environment().putAll(environment);
    return RunningCommand.start(builder);
  }
}
