package dev.weft.itests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The JVMs of an application's containers, found as an administrator would find them. */
final class Containers {
  private static final String FIRST = "_000001";
  private static final Duration DEATH = Duration.ofSeconds(20);

  private Containers() {}

  /**
   * A JVM in a container.
   *
   * @param pid process id
   * @param container YARN's name of it
   */
  record Jvm(long pid, String container) {
    /** The first container of each attempt is the ApplicationMaster's. */
    boolean isApplicationMaster() {
      return container.endsWith(FIRST);
    }

    /** Kill -9. */
    void kill() {
      assertTrue(ProcessHandle.of(pid).orElseThrow().destroyForcibly());
      Await.until("process " + pid + " is dead", DEATH, () -> !Processes.runs(pid));
    }
  }

  /** The JVMs of an application that run now. */
  static List<Jvm> of(String application) {
    String prefix = application.replace("application_", "_") + "_";
    List<Jvm> found = new ArrayList<>();
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      Path proc = Path.of("/proc", Long.toString(process.pid()));
      String container = variable(read(proc.resolve("environ")), "CONTAINER_ID=");
      String program = read(proc.resolve("cmdline")).split("\0", 2)[0];
      if (container.contains(prefix) && program.endsWith("/java")) {
        found.add(new Jvm(process.pid(), container));
      }
    }
    return found;
  }

  private static String variable(String environment, String name) {
    for (String entry : environment.split("\0")) {
      if (entry.startsWith(name)) {
        return entry.substring(name.length());
      }
    }
    return "";
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      // it has ended, or it is somebody else's
      return "";
    }
  }
}
