package dev.weft.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads from the JobManager's log when a job that starts again reached each step. */
final class Progress {
  private static final Pattern STEP =
      Pattern.compile(
          "^(\\S+ \\S+) .*Job .* -> (Restarting|Allocating|Restoring|Deploying|Running)\\[");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS");

  private final Path log;
  private int linesRead;

  /** What a job does one after another between a fault and its first record. */
  enum Step {
    NOTICED("Restarting"),
    ENDED("Allocating"),
    PLACED("Restoring"),
    FOUND("Deploying"),
    READY("Running"),
    EMITTED("");

    private final String state;

    Step(String state) {
      this.state = state;
    }
  }

  Progress(Path log) {
    this.log = log;
  }

  /** The newest moment of each step in what was logged since the last call, as since 1970. */
  Map<Step, Long> since() throws IOException {
    List<String> lines = Files.readAllLines(log);
    Map<Step, Long> moments = new EnumMap<>(Step.class);
    for (String line : lines.subList(linesRead, lines.size())) {
      Matcher match = STEP.matcher(line);
      if (match.find()) {
        LocalDateTime time = LocalDateTime.parse(match.group(1), TIME);
        moments.put(
            step(match.group(2)), time.atZone(ZoneId.systemDefault()).toInstant().toEpochMilli());
      }
    }
    linesRead = lines.size();
    return moments;
  }

  private static Step step(String state) {
    for (Step step : Step.values()) {
      if (step.state.equals(state)) {
        return step;
      }
    }
    throw new IllegalArgumentException(state);
  }
}
