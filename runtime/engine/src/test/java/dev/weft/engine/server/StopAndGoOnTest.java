package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.types.FormerNames;
import dev.weft.engine.batch.stored.StoredRows;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.SnapshotReport;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.server.host.LocalFileStore;
import dev.weft.engine.server.saved.SavedSnapshot;
import dev.weft.engine.state.RowDatabases;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs of another program, with another parallelism, go on from a savepoint of real tasks. */
class StopAndGoOnTest {
  private static final String FIRST = "1".repeat(32);
  private static final String SECOND = "2".repeat(32);
  private static final int KEYS = 10;

  @TempDir private Path directory;

  record Count(String key, int count) {}

  @FormerNames("dev.weft.engine.server.StopAndGoOnTest$Count")
  record Tally(@FormerNames("count") long seen, String key, String note) {}

  @FormerNames("dev.weft.engine.server.StopAndGoOnTest$Count")
  record Wrong(String key, String count) {}

  private final Ledger ledger = Ledger.open("stop-" + System.identityHashCode(this));

  private static Configuration options() {
    return new Configuration().set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 2);
  }

  private StreamExecutionEnvironment environment(Configuration options, int parallelism) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(parallelism);
    environment.enableCheckpointing(100);
    return environment;
  }

  private static DataGeneratorSource<Long> numbers() {
    return new DataGeneratorSource<>(n -> n, dev.weft.api.types.Types.LONG).withRatePerReader(2000);
  }

  private JobPlan first() {
    StreamExecutionEnvironment environment = environment(options(), 2);
    environment
        .fromSource(numbers(), WatermarkStrategy.noWatermarks(), "numbers")
        .uid("numbers")
        .map(n -> new Count("k" + n % KEYS, 1))
        .keyBy(Count::key)
        .reduce((a, b) -> new Count(a.key(), a.count() + b.count()))
        .uid("counts")
        .map(count -> count.key() + "=" + count.count())
        .sinkTo(ledger)
        .uid("ledger");
    return Planner.plan(environment.pipeline("first"), FIRST);
  }

  private JobPlan second(String path) {
    Configuration options = options().set(CheckpointingOptions.RESTORE_PATH, path);
    StreamExecutionEnvironment environment = environment(options, 3);
    environment
        .fromSource(numbers(), WatermarkStrategy.noWatermarks(), "numbers")
        .uid("numbers")
        .filter(n -> n >= 0)
        .map(n -> new Tally(1, "k" + n % KEYS, null))
        .keyBy(Tally::key)
        .reduce((a, b) -> new Tally(a.seen() + b.seen(), a.key(), "again"))
        .uid("counts")
        .map(tally -> tally.key() + "=" + tally.seen())
        .sinkTo(ledger)
        .uid("ledger");
    return Planner.plan(environment.pipeline("second"), SECOND);
  }

  private JobPlan wrong(String path) {
    Configuration options = options().set(CheckpointingOptions.RESTORE_PATH, path);
    StreamExecutionEnvironment environment = environment(options, 3);
    environment
        .fromSource(numbers(), WatermarkStrategy.noWatermarks(), "numbers")
        .uid("numbers")
        .map(n -> new Wrong("k" + n % KEYS, "1"))
        .keyBy(Wrong::key)
        .reduce((a, b) -> a)
        .uid("counts")
        .map(Wrong::key)
        .sinkTo(ledger)
        .uid("ledger");
    return Planner.plan(environment.pipeline("wrong"), "3".repeat(32));
  }

  private static JobDetails end(LocalCluster cluster, String job) throws Exception {
    return cluster.ended(job).get(60, TimeUnit.SECONDS);
  }

  private String stop(LocalCluster cluster, SnapshotOrder.Kind kind) throws Exception {
    cluster.order(FIRST, new SnapshotOrder("s", kind, "file://" + directory));
    JobDetails ended = end(cluster, FIRST);
    assertEquals(JobStatus.FINISHED, ended.summary().status(), ended.failures().toString());
    SnapshotReport report = ended.snapshots().get(0);
    assertEquals(SnapshotReport.Status.COMPLETED, report.status());
    return report.location();
  }

  /** The highest count of each key; every count up to it is there once. */
  private Map<String, Long> counts() {
    Map<String, Long> highest = new TreeMap<>();
    Map<String, Long> records = new TreeMap<>();
    for (String record : ledger.records()) {
      String[] parts = record.split("=");
      highest.merge(parts[0], Long.parseLong(parts[1]), Math::max);
      records.merge(parts[0], 1L, Long::sum);
    }
    assertEquals(highest, records);
    return highest;
  }

  @ParameterizedTest
  @EnumSource(
      value = SnapshotOrder.Kind.class,
      names = {"STOP", "DRAIN"})
  void anotherProgramGoesOnWhereTheFirstStopped(SnapshotOrder.Kind kind) throws Exception {
    ClassLoader code = StopAndGoOnTest.class.getClassLoader();
    try (LocalCluster cluster =
        LocalCluster.start(LocalCluster.Settings.simple(options(), code, 3))) {
      cluster.submit(first());
      ledger.await(500);
      String path = stop(cluster, kind);
      Map<String, Long> before = counts();
      assertEquals(before, saved(path));
      WeftException refused = assertThrows(WeftException.class, () -> cluster.submit(wrong(path)));
      assertEquals(ErrorCode.USER, refused.code());
      String message = refused.getMessage();
      assertTrue(message.contains("field Wrong.count is declared as STRING"), message);
      assertEquals(before, counts());
      cluster.submit(second(path));
      ledger.await(ledger.records().size() + 500);
      cluster.cancel(SECOND);
      assertEquals(JobStatus.CANCELED, end(cluster, SECOND).summary().status());
      assertTrue(counts().get("k1") > before.get("k1"));
    }
  }

  private static Map<String, Long> saved(String path) throws Exception {
    SavedSnapshot snapshot = SavedSnapshot.open(new LocalFileStore(), path);
    assertTrue(snapshot.manifest().isSavepoint());
    SavedSnapshot.SavedOperator counts =
        snapshot.operators().stream().filter(o -> o.uid().equals("counts")).findFirst().get();
    assertEquals("STRING", counts.keyType());
    Map<String, Long> saved = new TreeMap<>();
    snapshot.forEach(
        "counts",
        RowDatabases.none(),
        "",
        new StoredRows.Visitor() {
          @Override
          public void row(StoredRows.Row row) {
            Map<?, ?> count = (Map<?, ?>) List.copyOf(row.values().values()).get(0);
            assertEquals(row.key(), count.get("key"));
            saved.put((String) row.key(), ((Number) count.get("count")).longValue());
          }

          @Override
          public void timer(StoredRows.Timer timer) {
            throw new AssertionError(timer.toString());
          }
        });
    return saved;
  }
}
