package dev.weft.sandbox;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A started process, known by its id and the time it started: an id alone may belong to somebody
 * else by now.
 *
 * @param pid process id
 * @param startedAtMillis since 1970, as the operating system says
 */
public record DaemonProcess(long pid, long startedAtMillis) {
  /** The kernel derives start times from ticks and a boot time that may be corrected a little. */
  private static final long START_TOLERANCE_MILLIS = 2_000;

  static DaemonProcess of(ProcessHandle handle) {
    return new DaemonProcess(
        handle.pid(), handle.info().startInstant().orElse(Instant.EPOCH).toEpochMilli());
  }

  /** The process, if it is alive and still the one that was started. */
  Optional<ProcessHandle> handle() {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::isTheSame);
  }

  boolean isAlive() {
    return handle().isPresent();
  }

  private boolean isTheSame(ProcessHandle handle) {
    long started = handle.info().startInstant().orElse(Instant.EPOCH).toEpochMilli();
    return Math.abs(started - startedAtMillis) <= START_TOLERANCE_MILLIS;
  }

  /** Ends the process, by force after {@code patience}; returns when it has gone. */
  void end(Duration patience) {
    Optional<ProcessHandle> handle = handle();
    if (handle.isEmpty()) {
      return;
    }
    handle.get().destroy();
    if (!awaitExit(handle.get(), patience)) {
      handle.get().destroyForcibly();
      awaitExit(handle.get(), Duration.ofSeconds(5));
    }
  }

  void kill() {
    handle()
        .ifPresent(
            handle -> {
              handle.destroyForcibly();
              awaitExit(handle, Duration.ofSeconds(5));
            });
  }

  private static boolean awaitExit(ProcessHandle handle, Duration patience) {
    try {
      handle.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new SandboxException("Cannot wait for process " + handle.pid() + ".", e);
    }
  }

  /**
   * Starts {@code command} detached from the terminal: in a session of its own where {@code setsid}
   * exists, with no input, its output added to a file.
   */
  static DaemonProcess launch(
      List<String> command, Path directory, Path output, Map<String, String> environment) {
    List<String> full = new ArrayList<>();
    setsid().ifPresent(full::add);
    full.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(full)
            .directory(directory.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    // what a user's shell says about another Hadoop must not reach these daemons
    builder.environment().keySet().removeIf(DaemonProcess::isHadoopVariable);
    builder.environment().putAll(environment);
    try {
      return of(builder.start().toHandle());
    } catch (IOException e) {
      throw new SandboxException("Cannot start " + command.get(0) + ": " + e.getMessage() + ".", e);
    }
  }

  private static boolean isHadoopVariable(String name) {
    return name.startsWith("HADOOP_")
        || name.startsWith("YARN_")
        || name.startsWith("HDFS_")
        || name.startsWith("HIVE_")
        || name.equals("CLASSPATH");
  }

  private static Optional<String> setsid() {
    return List.of("/usr/bin/setsid", "/bin/setsid").stream()
        .filter(path -> Files.isExecutable(Path.of(path)))
        .findFirst();
  }
}
