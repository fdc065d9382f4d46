package dev.weft.sandbox;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The end of what a daemon said since a remembered point, for the message about its death. */
final class LogTail {
  private static final int BYTES_MAX = 64 * 1024;
  private static final int LINES_MAX = 15;

  private final Path log;
  private final Path output;
  private final long logFrom;
  private final long outputFrom;

  /** Remembers where the daemon's files end now. */
  LogTail(Layout layout, Daemon daemon) {
    log = layout.log(daemon);
    output = layout.output(daemon);
    logFrom = size(log);
    outputFrom = size(output);
  }

  /** Why it ended, as far as its words tell, then its last lines. */
  String describe() {
    List<String> lines = lines(output, outputFrom);
    if (lines.isEmpty() || lines.stream().noneMatch(LogTail::namesFailure)) {
      List<String> logged = lines(log, logFrom);
      lines = logged.isEmpty() ? lines : logged;
    }
    if (lines.isEmpty()) {
      return "It said nothing; see " + log + " and " + output + ".";
    }
    String reason =
        lines.stream().filter(LogTail::namesFailure).reduce((earlier, later) -> later).orElse(null);
    StringBuilder text = new StringBuilder();
    if (reason != null) {
      text.append("Reason: ").append(reason.strip()).append('\n');
    }
    text.append("Last lines of ")
        .append(log)
        .append(" and ")
        .append(output.getFileName())
        .append(':');
    for (String line : lines.subList(Math.max(0, lines.size() - LINES_MAX), lines.size())) {
      text.append("\n  | ").append(line);
    }
    return text.toString();
  }

  private static boolean namesFailure(String line) {
    boolean frame = line.startsWith("\tat ") || line.contains("SHUTDOWN_MSG");
    return !frame
        && (line.contains("Exception") || line.contains("Error") || line.contains("FATAL"));
  }

  private static List<String> lines(Path file, long from) {
    long size = size(file);
    // a rolled log starts again at zero
    long start = Math.max(size < from ? 0 : from, size - BYTES_MAX);
    if (size == start) {
      return List.of();
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[(int) (size - start)];
      in.seek(start);
      in.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      return List.of("(cannot read " + file + ": " + e.getMessage() + ")");
    }
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
