package dev.weft.client;

import dev.weft.client.target.JobProgress;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Locale;

/**
 * Shows how a job goes in one line: rewritten in place on a terminal, printed now and then where
 * the output goes to a file. Thread-safe.
 */
final class ProgressDisplay {
  private static final long PLAIN_INTERVAL_MILLIS = 10_000;
  private static final int WIDTH_DEFAULT = 120;
  private static final String ERASE_LINE = "\r\u001B[K";

  private final PrintStream out;
  private final boolean terminal;
  private final InstantSource clock;
  private final int width;
  private String shownHead = "";
  private String shown = "";
  private long shownMillis;

  ProgressDisplay(PrintStream out, boolean terminal, int width, InstantSource clock) {
    this.out = out;
    this.terminal = terminal;
    this.width = width > 0 ? width : WIDTH_DEFAULT;
    this.clock = clock;
  }

  /** A display on the standard error of this process. */
  static ProgressDisplay ofProcess() {
    boolean terminal = System.console() != null && isTerminal() && System.getenv("TERM") != null;
    String columns = System.getenv("COLUMNS");
    int width = columns != null && columns.matches("\\d{1,4}") ? Integer.parseInt(columns) : 0;
    return new ProgressDisplay(System.err, terminal, width, InstantSource.system());
  }

  /** From Java 22 on there is a console even without a terminal. */
  private static boolean isTerminal() {
    try {
      return (Boolean) java.io.Console.class.getMethod("isTerminal").invoke(System.console());
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  /** Shows how the job stands now. */
  synchronized void show(JobProgress progress) {
    String head = progress.status() + (progress.message().isEmpty() ? "" : " with trouble");
    String line = lineOf(progress);
    if (terminal) {
      out.print(ERASE_LINE + (line.length() < width ? line : line.substring(0, width - 1)));
      out.flush();
      shown = line;
      return;
    }
    long now = clock.millis();
    boolean due = now - shownMillis >= PLAIN_INTERVAL_MILLIS && !line.equals(shown);
    if (!head.equals(shownHead) || due) {
      out.println(line);
      shownHead = head;
      shown = line;
      shownMillis = now;
    }
  }

  /** Prints a line that stays. */
  synchronized void say(String line) {
    if (terminal && !shown.isEmpty()) {
      out.print(ERASE_LINE);
    }
    out.println(line);
    if (terminal && !shown.isEmpty()) {
      out.print(shown.length() < width ? shown : shown.substring(0, width - 1));
      out.flush();
    }
  }

  /** Leaves the last line standing. */
  synchronized void end() {
    if (terminal && !shown.isEmpty()) {
      out.println();
    }
    shown = "";
    shownHead = "";
  }

  private String lineOf(JobProgress progress) {
    StringBuilder line = new StringBuilder(progress.status().name());
    line.append(
        String.format(
            Locale.ROOT, "  in %,d  out %,d", progress.recordsIn(), progress.recordsOut()));
    if (progress.tasks() > 0) {
      line.append("  tasks ").append(progress.tasksRunning()).append('/').append(progress.tasks());
    }
    JobProgress.Checkpoint checkpoint = progress.checkpoint();
    if (checkpoint.id() > 0) {
      long seconds = Math.max(0, (clock.millis() - checkpoint.completedMillis()) / 1000);
      line.append("  checkpoint ").append(checkpoint.id());
      line.append(" (").append(seconds).append(" s ago)");
    } else {
      line.append("  no checkpoint yet");
    }
    if (!progress.message().isEmpty() && !progress.status().isTerminal()) {
      line.append("  ").append(progress.message());
    }
    return line.toString();
  }
}
