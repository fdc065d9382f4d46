package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.KeyedStream;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExternalizedCheckpointRetention;
import dev.weft.api.config.StateBackendOptions;
import dev.weft.api.config.StateBackendOptions.Backend;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.types.Types;
import dev.weft.api.windowing.assigners.EventTimeSessionWindows;
import dev.weft.api.windowing.assigners.GlobalWindows;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.job.SnapshotReport;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.server.LocalCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Windows are shown without a cluster and without the program. */
class StateCommandTest {
  private static final String JOB = "1".repeat(32);

  @TempDir Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int weft(String... arguments) {
    out.reset();
    err.reset();
    return Weft.run(
        arguments,
        Map.of(),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  /** All records are of key 7 and in the first ten milliseconds of the second second. */
  private String snapshot(Backend backend, SnapshotOrder order) throws Exception {
    Configuration options =
        new Configuration()
            .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "file://" + directory + "/checkpoints")
            .set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION)
            .setString("io.tmp.dirs", directory.toString())
            .set(StateBackendOptions.STATE_BACKEND, backend);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(1);
    environment.enableCheckpointing(200);
    KeyedStream<Long, Long> numbers =
        environment
            .fromSource(
                new DataGeneratorSource<>(n -> n, Types.LONG).withRatePerReader(1_000),
                WatermarkStrategy.<Long>forMonotonousTimestamps()
                    .withTimestampAssigner((n, before) -> 1000 + Math.min(n, 9)),
                "numbers")
            .filter(n -> n < 10)
            .keyBy(n -> 7L, Types.LONG);
    numbers
        .window(TumblingEventTimeWindows.of(Duration.ofSeconds(1)))
        .reduce(Long::sum)
        .uid("panes")
        .sinkTo(new DiscardingSink<>());
    numbers
        .window(EventTimeSessionWindows.withGap(Duration.ofMillis(50)))
        .reduce(Long::sum)
        .uid("sessions")
        .sinkTo(new DiscardingSink<>());
    numbers
        .window(GlobalWindows.create())
        .process(new Nothing(), Types.LONG)
        .uid("global")
        .sinkTo(new DiscardingSink<>());
    try (LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(options, StateCommandTest.class.getClassLoader(), 1))) {
      cluster.submit(Planner.plan(environment.pipeline("windows"), JOB));
      while (cluster.job(JOB).get().checkpoints().counts().completed() < 2) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      cluster.order(JOB, order);
      while (!cluster.ended(JOB).isDone() && place(cluster).isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      cluster.cancel(JOB);
      cluster.ended(JOB).get(60, TimeUnit.SECONDS);
      return place(cluster);
    }
  }

  private static String place(LocalCluster cluster) {
    List<SnapshotReport> reports = cluster.job(JOB).get().snapshots();
    return reports.isEmpty() || reports.get(0).location() == null ? "" : reports.get(0).location();
  }

  /** Keeps the records of a window that never fires. */
  private static final class Nothing
      extends dev.weft.api.functions.windowing.ProcessWindowFunction<
          Long, Long, Long, dev.weft.api.windowing.windows.GlobalWindow> {
    @Override
    public void process(
        Long key,
        Context context,
        Iterable<Long> elements,
        dev.weft.api.functions.Collector<Long> out) {
      out.collect(key);
    }
  }

  @Test
  void panesAndWindowsAreShown() throws Exception {
    String path =
        snapshot(
            Backend.HASHMAP,
            new SnapshotOrder(
                "s", SnapshotOrder.Kind.SAVEPOINT, "file://" + directory.resolve("s")));
    assertEquals(0, weft("state", "list", path), err::toString);
    assertTrue(out.toString().contains("  panes of 1000 ms from 0 ms with LONG\n"), out.toString());
    assertTrue(out.toString().contains("  state weft:windows: MAP"), out.toString());
    assertEquals(0, weft("state", "dump", "-o", "panes", path), err::toString);
    checkLine("panes", "\"pane\":{\"start\":1000,\"end\":2000},\"value\":45}");
    assertEquals(0, weft("state", "dump", "-o", "sessions", path), err::toString);
    checkLine("sessions", "\"window\":{\"start\":1000,\"end\":1059},\"value\":45}");
    assertEquals(0, weft("state", "dump", "-o", "global", path), err::toString);
    checkLine("global", "\"window\":\"GlobalWindow\",\"value\":[0,1,2,3,4,5,6,7,8,9]}");
  }

  private void checkLine(String operator, String content) {
    String start = "{\"operator\":\"" + operator + "\",\"keyGroup\":";
    boolean found =
        out.toString()
            .lines()
            .anyMatch(line -> line.startsWith(start) && line.endsWith(",\"key\":7," + content));
    assertTrue(found, out.toString());
  }

  @Test
  void whatLiesInFilesOfRocksDbIsShownAsWell() throws Exception {
    String path =
        snapshot(Backend.ROCKSDB, new SnapshotOrder("s", SnapshotOrder.Kind.FULL_CHECKPOINT, ""));
    assertEquals(0, weft("state", "list", path), err::toString);
    assertTrue(out.toString().contains(" bytes of states in files of RocksDB\n"), out.toString());
    String scratch = "-Dio.tmp.dirs=" + directory;
    assertEquals(0, weft("state", "dump", scratch, "-o", "panes", path), err::toString);
    checkLine("panes", "\"pane\":{\"start\":1000,\"end\":2000},\"value\":45}");
    assertEquals(0, weft("state", "dump", scratch, "-o", "sessions", path), err::toString);
    checkLine("sessions", "\"window\":{\"start\":1000,\"end\":1059},\"value\":45}");
    assertTrue(out.toString().contains("\"eventTimer\":1058}"), out.toString());
    assertEquals(0, weft("state", "dump", scratch, "-o", "global", path), err::toString);
    checkLine("global", "\"window\":\"GlobalWindow\",\"value\":[0,1,2,3,4,5,6,7,8,9]}");
    assertEquals(0, weft("state", "dump", scratch, "-l", "1", path), err::toString);
    assertEquals(1, out.toString().lines().count(), out.toString());
  }

  @Test
  void verifyReadsEveryFileAndNamesWhatIsDamaged() throws Exception {
    String path =
        snapshot(Backend.ROCKSDB, new SnapshotOrder("s", SnapshotOrder.Kind.FULL_CHECKPOINT, ""));
    assertEquals(0, weft("state", "list", "--verify", path), err::toString);
    assertTrue(
        Pattern.compile("\\n\\d+ pieces of state, \\d+ bytes, are as they were written\\n")
            .matcher(out.toString())
            .find(),
        out.toString());
    Path file = largestFileBeside(path);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertEquals(0, weft("state", "list", path), err::toString);
    assertEquals(CommandException.DAMAGED, weft("state", "list", "--verify", path));
    assertTrue(out.toString().startsWith("damaged: operator "), out.toString());
    assertTrue(out.toString().contains(file.getFileName().toString()), out.toString());
    assertTrue(out.toString().contains("does not match"), out.toString());
    assertTrue(err.toString().contains("1 of "), err::toString);
  }

  /** That with state: the manifest is much smaller than the files of a database. */
  private static Path largestFileBeside(String path) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(URI.create(path)))) {
      return files.max(Comparator.comparingLong(file -> file.toFile().length())).orElseThrow();
    }
  }
}
