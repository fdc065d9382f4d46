package dev.weft.engine.server.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.DataStream;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExternalizedCheckpointRetention;
import dev.weft.api.config.StateBackendOptions.Backend;
import dev.weft.api.functions.Collector;
import dev.weft.api.savepoint.StateReader;
import dev.weft.api.savepoint.WindowReaderFunction;
import dev.weft.api.state.ReducingStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.types.Types;
import dev.weft.api.windowing.assigners.GlobalWindows;
import dev.weft.api.windowing.assigners.SlidingEventTimeWindows;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.api.windowing.windows.TimeWindow;
import dev.weft.api.windowing.windows.Window;
import dev.weft.engine.batch.stored.StoredRows;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.server.LocalCluster;
import dev.weft.engine.server.host.LocalFileStore;
import dev.weft.engine.state.RowDatabases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs read the windows that jobs had open. */
class WindowStateReaderTest {
  @TempDir private Path directory;

  private Configuration options(Backend backend) {
    return Shop.options(directory, backend)
        .set(
            CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
            ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
  }

  private LocalCluster start(Backend backend) {
    return LocalCluster.start(
        LocalCluster.Settings.simple(
            options(backend), WindowStateReaderTest.class.getClassLoader(), 3));
  }

  private String snapshot(LocalCluster cluster, Backend backend, SnapshotOrder.Kind kind)
      throws Exception {
    String target = kind.isSavepoint() ? "file://" + directory.resolve("s") : "";
    return new WindowShop(options(backend))
        .run(cluster, "1".repeat(32), new SnapshotOrder("s", kind, target));
  }

  private static JobDetails run(LocalCluster cluster, StreamExecutionEnvironment environment)
      throws Exception {
    String id = UUID.randomUUID().toString().replace("-", "");
    cluster.submit(Planner.plan(environment.pipeline("read"), id));
    return cluster.ended(id).get(60, TimeUnit.SECONDS);
  }

  /** Says what there is in words. */
  private static final class Show<T, W extends Window>
      extends WindowReaderFunction<T, String, String, W> {
    @Override
    public void readWindow(
        String key, Context<W> context, Iterable<T> elements, Collector<String> out) {
      List<T> all = new ArrayList<>();
      elements.forEach(all::add);
      out.collect(row(key, context.window(), all));
    }
  }

  private static String row(String key, Object window, List<?> elements) {
    String text =
        window instanceof TimeWindow time ? time.getStart() + "-" + time.getEnd() : "" + window;
    return key + " " + text + " " + elements;
  }

  /** What windows of a key are expected to hold. */
  private interface Content {
    List<?> of(long[] numbers);
  }

  private static List<String> expected(
      LongUnaryOperator start, LongUnaryOperator end, LongPredicate in, Content content) {
    List<String> rows = new ArrayList<>();
    for (long key = 0; key < WindowShop.KEYS; key++) {
      long of = key;
      long[] numbers =
          LongStream.range(0, WindowShop.RECORDS)
              .filter(n -> n % WindowShop.KEYS == of && in.test(n))
              .toArray();
      TimeWindow window = new TimeWindow(start.applyAsLong(key), end.applyAsLong(key));
      rows.add(row("k" + key, window, content.of(numbers)));
    }
    return rows;
  }

  private static List<String> within(long start, long end, Content content) {
    return expected(
        key -> start,
        key -> end,
        n -> WindowShop.time(n) >= start && WindowShop.time(n) < end,
        content);
  }

  private static List<String> global(int last, Content content) {
    List<String> rows = new ArrayList<>();
    for (long key = 0; key < WindowShop.KEYS; key++) {
      long of = key;
      long[] numbers =
          LongStream.range(0, WindowShop.RECORDS).filter(n -> n % WindowShop.KEYS == of).toArray();
      long[] kept = LongStream.of(numbers).skip(numbers.length - last).toArray();
      rows.add(row("k" + key, "GlobalWindow", content.of(kept)));
    }
    return rows;
  }

  private static List<?> sum(long[] numbers) {
    return List.of(LongStream.of(numbers).sum());
  }

  private static List<?> total(long[] numbers) {
    return List.of(LongStream.of(numbers).sum() + " of " + numbers.length);
  }

  private static List<?> all(long[] numbers) {
    return LongStream.of(numbers).boxed().toList();
  }

  private static void check(List<String> expected, Records<String> read, String what) {
    List<String> found = new ArrayList<>(read.all());
    assertEquals(expected.size(), found.size(), what + ": " + found);
    assertEquals(
        String.join("\n", new TreeSet<>(expected)), String.join("\n", new TreeSet<>(found)), what);
  }

  @ParameterizedTest
  @CsvSource({
    "HASHMAP, STOP",
    "HASHMAP, FULL_CHECKPOINT",
    "ROCKSDB, STOP",
    "ROCKSDB, FULL_CHECKPOINT"
  })
  void windowsOfEachAssignerAreRead(Backend backend, SnapshotOrder.Kind kind) throws Exception {
    try (LocalCluster cluster = start(backend)) {
      String path = snapshot(cluster, backend, kind);
      for (int parallelism : new int[] {1, 3}) {
        readAll(cluster, path, parallelism);
      }
    }
  }

  private void readAll(LocalCluster cluster, String path, int parallelism) throws Exception {
    StreamExecutionEnvironment environment = environment(parallelism);
    StateReader reader = StateReader.read(environment, path);
    Records<String> tumbling =
        into(
            reader
                .window(WindowShop.TUMBLING)
                .reduce(
                    "tumbling", Long::sum, new Show<>(), Types.STRING, Types.LONG, Types.STRING));
    Records<String> sliding =
        into(
            reader
                .window(WindowShop.SLIDING)
                .aggregate(
                    "sliding",
                    new WindowShop.Totals(),
                    new Show<>(),
                    Types.STRING,
                    WindowShop.TOTAL,
                    Types.STRING));
    Records<String> results =
        into(
            reader
                .window(WindowShop.SLIDING)
                .aggregate(
                    "sliding",
                    new WindowShop.Totals(),
                    Types.STRING,
                    WindowShop.TOTAL,
                    Types.STRING));
    Records<String> sessions =
        into(
            reader
                .window(WindowShop.SESSIONS)
                .reduce(
                    "sessions", Long::sum, new Show<>(), Types.STRING, Types.LONG, Types.STRING));
    Records<String> records =
        into(
            reader
                .window(WindowShop.TUMBLING)
                .process("all", new Show<>(), Types.STRING, Types.LONG, Types.STRING));
    Records<String> global =
        into(
            reader
                .window(GlobalWindows.create())
                .reduce("global", Long::sum, new Show<>(), Types.STRING, Types.LONG, Types.STRING));
    Records<String> counted =
        into(
            reader
                .window(GlobalWindows.create())
                .reduce(
                    "counted", Long::sum, new Show<>(), Types.STRING, Types.LONG, Types.STRING));
    Records<String> last =
        into(
            reader
                .window(GlobalWindows.create())
                .evictor()
                .process("last", new Show<>(), Types.STRING, Types.LONG, Types.STRING));
    Records<String> evicting =
        into(
            reader
                .window(WindowShop.TUMBLING)
                .evictor()
                .aggregate(
                    "evicting",
                    new WindowShop.Totals(),
                    new Show<>(),
                    Types.STRING,
                    Types.LONG,
                    Types.STRING));
    Records<String> states =
        into(
            reader
                .window(WindowShop.TUMBLING)
                .process("all", new States(), Types.STRING, Types.LONG, Types.STRING));
    Records<String> counts =
        into(
            reader
                .window(GlobalWindows.create())
                .reduce(
                    "counted", Long::sum, new Counts<>(), Types.STRING, Types.LONG, Types.STRING));
    JobDetails ended = run(cluster, environment);
    assertEquals(JobStatus.FINISHED, ended.summary().status(), ended.failures().toString());
    check(within(1800, 2100, WindowStateReaderTest::sum), tumbling, "tumbling");
    List<String> open = new ArrayList<>();
    for (long end = 1900; end <= 2200; end += 100) {
      open.addAll(within(end - 400, end, WindowStateReaderTest::total));
    }
    check(open, sliding, "sliding");
    check(
        open.stream().map(each -> each.replaceFirst(".*\\[(.*)]", "$1")).toList(),
        results,
        "results");
    check(
        expected(
            key -> 1800 + key, key -> 1895 + key + 50, n -> n >= 900, WindowStateReaderTest::sum),
        sessions,
        "sessions");
    check(within(1800, 2100, WindowStateReaderTest::all), records, "all records");
    check(global(200, WindowStateReaderTest::sum), global, "global");
    check(global(4, WindowStateReaderTest::sum), counted, "counted");
    check(global(3, WindowStateReaderTest::all), last, "last");
    check(within(1800, 2100, WindowStateReaderTest::total), evicting, "evicting");
    check(List.of("k0 180", "k1 180", "k2 180", "k3 180", "k4 180"), states, "states");
    check(List.of("k0 4", "k1 4", "k2 4", "k3 4", "k4 4"), counts, "counts");
  }

  private static Records<String> into(DataStream<String> stream) {
    Records<String> records = new Records<>();
    stream.sinkTo(records);
    return records;
  }

  private StreamExecutionEnvironment environment(int parallelism) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(Shop.options(directory, Backend.AUTO));
    environment.setParallelism(parallelism);
    return environment;
  }

  /** Reads the state of the key that the operator's function keeps. */
  private static final class States extends WindowReaderFunction<Long, String, String, TimeWindow> {
    @Override
    public void readWindow(
        String key, Context<TimeWindow> context, Iterable<Long> elements, Collector<String> out)
        throws Exception {
      ValueState<Long> ever = context.globalState().getState(WindowShop.EVER);
      out.collect(key + " " + ever.value());
    }
  }

  /** Reads the state of the trigger. */
  private static final class Counts<W extends Window>
      extends WindowReaderFunction<Long, String, String, W> {
    @Override
    public void readWindow(
        String key, Context<W> context, Iterable<Long> elements, Collector<String> out)
        throws Exception {
      ReducingStateDescriptor<Long> count =
          new ReducingStateDescriptor<>("count", Long::sum, Types.LONG);
      out.collect(key + " " + context.triggerState(count).get());
    }
  }

  /** Asks for a state that there is not. */
  private static final class Asking extends WindowReaderFunction<Long, String, String, TimeWindow> {
    @Override
    public void readWindow(
        String key, Context<TimeWindow> context, Iterable<Long> elements, Collector<String> out)
        throws Exception {
      out.collect(key + context.windowState().getState(WindowShop.SEEN).value());
    }
  }

  /** What is asked for and what the refusal says. */
  private record Refusal(Asked asked, String... says) {
    interface Asked {
      DataStream<String> of(StateReader reader);
    }
  }

  @Test
  void whatDoesNotFitIsRefusedWithWhatIsThere() throws Exception {
    List<Refusal> refusals =
        List.of(
            new Refusal(
                reader ->
                    reader
                        .window(WindowShop.TUMBLING)
                        .process("tumbling", new Show<>(), Types.STRING, Types.LONG, Types.STRING),
                "hold accumulators",
                "operator 'tumbling'",
                "panes of 300 ms from 0 ms with LONG"),
            new Refusal(
                reader ->
                    reader
                        .window(WindowShop.TUMBLING)
                        .reduce(
                            "all", Long::sum, new Show<>(), Types.STRING, Types.LONG, Types.STRING),
                "hold all their records",
                "operator 'all'",
                "weft:window-records"),
            new Refusal(
                reader ->
                    reader
                        .window(
                            SlidingEventTimeWindows.of(
                                Duration.ofMillis(400), Duration.ofMillis(200)))
                        .aggregate(
                            "sliding",
                            new WindowShop.Totals(),
                            Types.STRING,
                            WindowShop.TOTAL,
                            Types.STRING),
                "panes of 100 ms from 0 ms with LIST<LONG>",
                "SlidingEventTimeWindows(400 ms, 200 ms, 0 ms)"),
            new Refusal(
                reader ->
                    reader
                        .window(WindowShop.SESSIONS)
                        .reduce(
                            "tumbling",
                            Long::sum,
                            new Show<>(),
                            Types.STRING,
                            Types.LONG,
                            Types.STRING),
                "make up no windows of"),
            new Refusal(
                reader ->
                    reader
                        .window(TumblingEventTimeWindows.of(Duration.ofMillis(30)))
                        .reduce(
                            "sessions",
                            Long::sum,
                            new Show<>(),
                            Types.STRING,
                            Types.LONG,
                            Types.STRING),
                "operator 'sessions'",
                "is none of TumblingEventTimeWindows(30 ms"),
            new Refusal(
                reader ->
                    reader
                        .window(WindowShop.TUMBLING)
                        .reduce("tumbling", (a, b) -> a, Types.STRING, Types.STRING),
                "of type LONG",
                "asked for as STRING",
                "operator 'tumbling'"),
            new Refusal(
                reader ->
                    reader
                        .window(WindowShop.SESSIONS)
                        .reduce("sessions", (a, b) -> a, Types.STRING, Types.STRING),
                "weft:windows",
                "operator 'sessions'",
                "STRING"),
            new Refusal(
                reader ->
                    reader
                        .window(WindowShop.TUMBLING)
                        .process("all", new Asking(), Types.STRING, Types.LONG, Types.STRING),
                "no keyed state 'seen'"),
            new Refusal(
                reader ->
                    reader
                        .window(WindowShop.TUMBLING)
                        .process("clicks", new Show<>(), Types.STRING, Types.LONG, Types.STRING),
                "holds no state of an operator 'clicks'"));
    try (LocalCluster cluster = start(Backend.HASHMAP)) {
      String path = snapshot(cluster, Backend.HASHMAP, SnapshotOrder.Kind.STOP);
      for (Refusal refusal : refusals) {
        StreamExecutionEnvironment environment = environment(2);
        into(refusal.asked().of(StateReader.read(environment, path)));
        JobDetails ended = run(cluster, environment);
        assertEquals(JobStatus.FAILED, ended.summary().status(), refusal.says()[0]);
        assertEquals(1, ended.failures().size(), "retried: " + refusal.says()[0]);
        String message = ended.failures().get(0).cause().message();
        for (String part : refusal.says()) {
          assertTrue(message.contains(part), part + " is not in: " + message);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"HASHMAP", "ROCKSDB"})
  void panesAreListedAndGoneThroughWithoutTheProgram(Backend backend) throws Exception {
    try (LocalCluster cluster = start(backend)) {
      String path = snapshot(cluster, backend, SnapshotOrder.Kind.STOP);
      SavedSnapshot snapshot = SavedSnapshot.open(new LocalFileStore(), path);
      SavedSnapshot.SavedOperator sliding =
          snapshot.operators().stream().filter(o -> o.uid().equals("sliding")).findAny().get();
      assertEquals("[panes of 100 ms from 0 ms with LIST<LONG>]", sliding.panes().toString());
      List<String> panes = new ArrayList<>();
      snapshot.forEach(
          "sliding",
          RowDatabases.none(),
          "",
          new StoredRows.Visitor() {
            @Override
            public void row(StoredRows.Row row) {
              throw new AssertionError(row.toString());
            }

            @Override
            public void pane(StoredRows.Pane pane) {
              panes.add(pane.key() + " " + pane.start() + "-" + pane.end() + pane.accumulator());
            }
          });
      List<String> expected = new ArrayList<>();
      for (long key = 0; key < WindowShop.KEYS; key++) {
        expected.add("k" + key + " 1600-1700[" + (20 * (800 + key) + 5 * 190) + ", 20]");
        expected.add("k" + key + " 1800-1900[" + (20 * (900 + key) + 5 * 190) + ", 20]");
      }
      assertEquals(expected, panes.stream().sorted().toList());
    }
  }
}
