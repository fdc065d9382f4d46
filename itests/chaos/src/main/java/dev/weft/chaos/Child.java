package dev.weft.chaos;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A JobManager or TaskManager. */
final class Child {
  private static final long END_SECONDS = 20;

  private final String name;
  private final Process process;

  private Child(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  static Child start(
      String name, List<String> command, Map<String, String> environment, Path output)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().putAll(environment);
    return new Child(name, builder.start());
  }

  String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Ends the process at once and waits until it is gone. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Stops the process until {@link #resume}, as a long pause of its JVM would. */
  void pause() throws IOException {
    signal(process.pid(), "STOP");
  }

  void resume() throws IOException {
    signal(process.pid(), "CONT");
  }

  /** Waits for the end; false when it does not come. */
  boolean awaitEnd() {
    try {
      return process.waitFor(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  static void signal(long pid, String signal) throws IOException {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
    try {
      if (kill.waitFor() != 0) {
        throw new IOException("kill -" + signal + " " + pid + " ends with " + kill.exitValue());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
