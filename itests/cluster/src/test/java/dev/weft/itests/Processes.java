package dev.weft.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What starting and ending processes has in common. */
final class Processes {
  private static final long PATIENCE_SECONDS = 10;

  private Processes() {}

  /** What this shell says about another Hadoop must not reach the processes of a test. */
  static void forgetHadoop(Map<String, String> environment) {
    environment
        .keySet()
        .removeIf(
            name ->
                name.startsWith("HADOOP_")
                    || name.startsWith("YARN_")
                    || name.startsWith("HIVE_")
                    || name.startsWith("WEFT_")
                    || name.equals("CLASSPATH"));
  }

  /** Whether a process runs; one that only waits for its parent to take notice does not. */
  static boolean runs(long pid) throws IOException {
    Path commandLine = Path.of("/proc", Long.toString(pid), "cmdline");
    try {
      return Files.readAllBytes(commandLine).length > 0;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Ends a process, by force when it does not follow. */
  static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
