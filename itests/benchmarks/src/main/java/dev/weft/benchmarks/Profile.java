package dev.weft.benchmarks;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * {@code Profile RECORDING [RECORDS [CPU_MICROS]]}: where the time of a recorded workload goes and
 * what it allocates, per record, as two tables. Of a recording of {@link Benchmark} the measured
 * runs count; of another program's the thread {@code main}, with the number of records and the CPU
 * time per record from its arguments. Samples fall to the innermost method that belongs to a part
 * of the work, so that a part contains what it calls of the JDK.
 */
public final class Profile {
  private static final Map<String, Pattern> PARTS = new LinkedHashMap<>();
  private static final String ELSEWHERE = "elsewhere";
  private static final int ALLOCATION_ROWS_MAX = 14;

  static {
    part(
        "the program: records made",
        "(benchmarks\\.(Vocabulary|Scramble|RunningCount|WordCount"
            + "|WindowedCount\\.(event|key|time|lambda)|WindowedCount.Event\\.<init>)"
            + "|^bench\\.(Words|Keyed|Mix)\\.).*");
    part("the program: its functions", "benchmarks\\..*");
    part("hashes of keys", "engine\\.batch\\.(KeyHash|Mixing|HashTemplate|HiddenCopies).*");
    part(
        "dealing rows out to consumers",
        "engine\\.exchange\\.(Partitioner|BatchBuilder|OutputGate).*");
    part("channels between tasks", "engine\\.(exchange|batch)\\..*");
    part("finding a key's number", "engine\\.state\\.panes\\..*KeyIndex.*");
    part("panes", "engine\\.state\\.panes\\..*");
    part("rows of state", "engine\\.(state\\..*|operator\\.RowKeys.*)");
    part(
        "timestamps and watermarks", "(engine\\.operator\\.EventTimeStamper|api\\.eventtime\\.).*");
    part("windows: which pane, what fires", "engine\\.operator\\.window\\..*");
    part("folds", "(engine\\.operator\\..*(Fold|Reduce)|api\\.Field(Fold|Choice)).*");
    part("loops of operators", "engine\\.operator\\..*");
    part("the source's reader", "api\\.connector\\..*");
    part("scheduling of tasks", "engine\\.(exec|worker|server)\\..*");
    part("the loop: its table", "^bench\\.(LongMap|ref\\.).*");
  }

  private record Runs(List<RecordedEvent> marks, long records, double cpuMicros) {
    boolean contain(RecordedEvent event) {
      if (marks.isEmpty()) {
        return true;
      }
      Instant at = event.getStartTime();
      return marks.stream()
          .anyMatch(run -> !at.isBefore(run.getStartTime()) && !at.isAfter(run.getEndTime()));
    }
  }

  private Profile() {}

  private static void part(String name, String methods) {
    PARTS.put(name, Pattern.compile(methods));
  }

  /** Prints the tables. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0) {
      System.err.println("usage: Profile RECORDING [RECORDS [CPU_MICROS]]");
      System.exit(2);
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(Path.of(arguments[0]));
    Runs runs = runs(events, arguments);
    Predicate<RecordedThread> working =
        runs.marks.isEmpty()
            ? thread -> "main".equals(thread.getJavaName())
            : thread -> String.valueOf(thread.getJavaName()).startsWith("core-");
    time(events, runs, working);
    allocation(events, runs, working);
  }

  private static Runs runs(List<RecordedEvent> events, String[] arguments) {
    List<RecordedEvent> marks =
        events.stream()
            .filter(event -> event.getEventType().getName().endsWith(".MeasuredRun"))
            .toList();
    if (marks.isEmpty()) {
      return new Runs(
          marks,
          arguments.length > 1 ? Long.parseLong(arguments[1]) : 1,
          arguments.length > 2 ? Double.parseDouble(arguments[2]) : 0);
    }
    long records = marks.stream().mapToLong(run -> run.getLong("records")).sum();
    double seconds = marks.stream().mapToDouble(run -> run.getDouble("cpuSeconds")).sum();
    return new Runs(marks, records, seconds * 1e6 / records);
  }

  private static void time(
      List<RecordedEvent> events, Runs runs, Predicate<RecordedThread> working) {
    Map<String, Long> parts = new HashMap<>();
    long total = 0;
    for (RecordedEvent event : events) {
      if (event.getEventType().getName().equals("jdk.ExecutionSample")
          && working.test(event.getThread("sampledThread"))
          && event.getStackTrace() != null
          && runs.contain(event)) {
        parts.merge(partOf(event.getStackTrace().getFrames()), 1L, Long::sum);
        total++;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%n%d samples; %.3f CPU µs per record with compilers and collector%n%n| part | share of"
            + " samples, %% |%n|---|---|%n",
        total,
        runs.cpuMicros);
    for (Map.Entry<String, Long> part : largestFirst(parts)) {
      System.out.printf(
          Locale.ROOT, "| %s | %.1f |%n", part.getKey(), 100.0 * part.getValue() / total);
    }
  }

  private static void allocation(
      List<RecordedEvent> events, Runs runs, Predicate<RecordedThread> working) {
    Map<String, Long> bytes = new HashMap<>();
    for (RecordedEvent event : events) {
      if (event.getEventType().getName().equals("jdk.ObjectAllocationSample")
          && runs.contain(event)) {
        RecordedThread thread = event.getThread();
        String part =
            thread == null || !working.test(thread)
                ? "all other threads"
                : event.getStackTrace() == null
                    ? ELSEWHERE
                    : partOf(event.getStackTrace().getFrames())
                        + " ("
                        + simpleName(event.getClass("objectClass"))
                        + ")";
        bytes.merge(part, event.getLong("weight"), Long::sum);
      }
    }
    System.out.printf(Locale.ROOT, "%n| allocated by | bytes per record |%n|---|---|%n");
    largestFirst(bytes).stream()
        .limit(ALLOCATION_ROWS_MAX)
        .forEach(
            row ->
                System.out.printf(
                    Locale.ROOT,
                    "| %s | %.2f |%n",
                    row.getKey(),
                    (double) row.getValue() / runs.records));
  }

  private static List<Map.Entry<String, Long>> largestFirst(Map<String, Long> sums) {
    List<Map.Entry<String, Long>> sorted = new ArrayList<>(sums.entrySet());
    sorted.sort(Comparator.comparing((Map.Entry<String, Long> row) -> -row.getValue()));
    return sorted;
  }

  private static String simpleName(RecordedClass type) {
    String name = type.getName();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static String partOf(List<RecordedFrame> frames) {
    for (RecordedFrame frame : frames) {
      String method = frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
      for (Map.Entry<String, Pattern> part : PARTS.entrySet()) {
        if (part.getValue().matcher(method).find()) {
          return part.getKey();
        }
      }
    }
    return ELSEWHERE;
  }
}
