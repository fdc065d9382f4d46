package dev.weft.itests;

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
