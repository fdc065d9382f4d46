package dev.weft.itests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A command that was started; its output is collected while it runs. */
final class RunningCommand implements AutoCloseable {
  private final List<String> line;
  private final Process process;
  private final StringBuffer out = new StringBuffer();
  private final StringBuffer err = new StringBuffer();
  private final List<Thread> readers;

  private RunningCommand(List<String> line, Process process) {
    this.line = line;
    this.process = process;
    this.readers =
        List.of(reader(process.getInputStream(), out), reader(process.getErrorStream(), err));
  }

  static RunningCommand start(ProcessBuilder builder) {
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return new RunningCommand(List.copyOf(builder.command()), process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Thread reader(InputStream stream, StringBuffer into) {
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader lines =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  into.append(line).append('\n');
                }
              } catch (IOException e) {
                into.append("[").append(e).append("]\n");
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it has said by now on both streams. */
  String said() {
    return out.toString() + err;
  }

  /** Waits for a line on either stream; returns the first group, or else the whole match. */
  String awaitLine(String pattern, Duration atMost) {
    Pattern compiled = Pattern.compile(pattern, Pattern.MULTILINE);
    Matcher[] found = new Matcher[1];
    Await.until(
        "'" + pattern + "' is said by " + line,
        atMost,
        () -> {
          boolean ended = !process.isAlive();
          Matcher matcher = compiled.matcher(said());
          if (matcher.find()) {
            found[0] = matcher;
            return true;
          }
          if (ended) {
            throw new AssertionError("'" + pattern + "' was not said: " + result());
          }
          return false;
        });
    return found[0].groupCount() > 0 ? found[0].group(1) : found[0].group();
  }

  /** Waits for the end. */
  CommandResult await(Duration atMost) {
    try {
      if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        close();
        throw new AssertionError("Not ended after " + atMost.toSeconds() + " s: " + result());
      }
      for (Thread reader : readers) {
        // a daemon that was started keeps its own streams, so this ends with the command
        reader.join(Duration.ofSeconds(10).toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted", e);
    }
    return result();
  }

  private CommandResult result() {
    return new CommandResult(
        line, process.isAlive() ? -1 : process.exitValue(), out.toString(), err.toString());
  }

  /** Ends it, if it runs. */
  @Override
  public void close() {
    if (process.isAlive()) {
      Processes.end(process);
    }
  }
}
