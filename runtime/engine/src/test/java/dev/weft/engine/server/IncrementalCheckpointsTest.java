package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.RestartStrategyOptions;
import dev.weft.api.config.StateBackendOptions;
import dev.weft.api.config.StateBackendOptions.Backend;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.Types;
import dev.weft.engine.checkpoint.CheckpointEntry;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.server.host.LocalFileStore;
import dev.weft.engine.server.rocks.RocksDatabases;
import dev.weft.engine.server.saved.SavedSnapshot;
import dev.weft.engine.state.RowDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checkpoints of real tasks write what changed, are restored, and leave nothing behind. */
class IncrementalCheckpointsTest {
  private static final String JOB = "5".repeat(32);
  private static final int KEYS = 20_000;
  private static final int HOT_KEYS = 50;
  private static final AtomicBoolean FAIL = new AtomicBoolean();

  @TempDir private Path directory;

  private final Ledger ledger = Ledger.open("increments-" + System.identityHashCode(this));

  /** Counts each key's records and keeps some text beside it. */
  static final class Counter extends KeyedProcessFunction<Long, Long, String> {
    private transient ValueState<Long> count;
    private transient ValueState<String> text;

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
      text = getRuntimeContext().getState(new ValueStateDescriptor<>("text", Types.STRING));
    }

    @Override
    public void processElement(Long number, Context context, Collector<String> out)
        throws Exception {
      if (FAIL.compareAndSet(true, false)) {
        throw new IllegalStateException("planned");
      }
      long before = count.value() == null ? 0 : count.value();
      count.update(before + 1);
      if (before == 0) {
        SplittableRandom random = new SplittableRandom(number);
        text.update(
            random
                .longs(5)
                .mapToObj(Long::toHexString)
                .collect(Collectors.joining(" "))); // does not compress well
      } else if (before % 100 == 0) {
        out.collect(context.getCurrentKey() + "=" + before / 100);
      }
    }
  }

  private StreamExecutionEnvironment program(Configuration options) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(2);
    environment.enableCheckpointing(150);
    environment
        .fromSource(
            new DataGeneratorSource<>(n -> n, Types.LONG).withRatePerReader(30_000),
            WatermarkStrategy.noWatermarks(),
            "numbers")
        .keyBy(n -> n < KEYS ? n : n % HOT_KEYS, Types.LONG)
        .process(new Counter())
        .returns(Types.STRING)
        .uid("counter")
        .sinkTo(ledger);
    return environment;
  }

  private Configuration options(Backend backend) {
    return new Configuration()
        .set(StateBackendOptions.STATE_BACKEND, backend)
        .set(StateBackendOptions.HEAP_OBJECT_ROWS_MAX, 100L)
        .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory.toUri().toString())
        .set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 2)
        .set(RestartStrategyOptions.RESTART_STRATEGY, RestartStrategyOptions.Strategy.FIXED_DELAY)
        .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3)
        .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
  }

  /** Every tenth of what was counted came once and in order. */
  private void checkLedger() {
    TreeMap<String, TreeSet<Long>> byKey = new TreeMap<>();
    for (String record : ledger.records()) {
      String[] parts = record.split("=");
      assertTrue(
          byKey.computeIfAbsent(parts[0], key -> new TreeSet<>()).add(Long.valueOf(parts[1])),
          record + " came twice");
    }
    assertEquals(HOT_KEYS, byKey.size());
    byKey.forEach(
        (key, counts) ->
            assertEquals(
                LongStream.rangeClosed(1, counts.size()).boxed().toList(), List.copyOf(counts)));
  }

  private static List<CheckpointEntry> completed(JobDetails job) {
    return job.checkpoints().history().stream()
        .filter(entry -> entry.status() == CheckpointEntry.Status.COMPLETED)
        .toList();
  }

  private SavedSnapshot newest(JobDetails job) throws IOException {
    return SavedSnapshot.open(new LocalFileStore(), job.checkpoints().latestCompleted().path());
  }

  @ParameterizedTest
  @EnumSource(
      value = Backend.class,
      names = {"HASHMAP", "ROCKSDB"})
  void onlyWhatChangedIsWritten(Backend backend) throws Exception {
    Configuration options = options(backend);
    try (LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(
                options, IncrementalCheckpointsTest.class.getClassLoader(), 2))) {
      cluster.submit(Planner.plan(program(options).pipeline("increments"), JOB));
      ledger.await(2_000);
      JobDetails running = cluster.job(JOB).orElseThrow();
      List<Long> shares = new ArrayList<>();
      for (CheckpointEntry entry : completed(running)) {
        if (entry.progress().stateBytes() > KEYS * 60L) {
          shares.add(entry.progress().bytes() * 100 / entry.progress().stateBytes());
        }
      }
      shares.sort(null);
      // a loaded machine may take few checkpoints, and a database may compact for some of them
      assertTrue(!shares.isEmpty() && shares.get(0) <= 25, "percent written: " + shares);

      FAIL.set(true);
      ledger.await(ledger.records().size() + 3_000);
      cluster.cancel(JOB);
      JobDetails ended = cluster.ended(JOB).get(60, TimeUnit.SECONDS);
      assertEquals(1, ended.failures().size());
      checkLedger();
      SavedSnapshot newest = newest(ended);
      checkContent(newest, backend);
      assertEquals(needed(), present());
    }
  }

  private void checkContent(SavedSnapshot newest, Backend backend) throws IOException {
    List<KeyedSlice> slices =
        newest.manifest().operators().stream()
            .filter(operator -> operator.uid().equals("counter"))
            .flatMap(operator -> operator.subtasks().stream())
            .flatMap(subtask -> subtask.keyed().stream())
            .toList();
    if (backend == Backend.ROCKSDB) {
      assertTrue(slices.stream().allMatch(slice -> !slice.files().isEmpty()));
    }
    List<Object> keys = new ArrayList<>();
    try (RowDatabases databases = new RocksDatabases(32 << 20)) {
      newest.forEach(
          "counter", databases, directory.toUri().toString(), row -> keys.add(row.key()));
    }
    assertEquals(KEYS, keys.size());
    assertEquals(KEYS, new TreeSet<>(keys).size());
  }

  private List<Path> directories() throws IOException {
    try (Stream<Path> list = Files.list(directory.resolve(JOB))) {
      return list.filter(path -> path.getFileName().toString().matches("\\d+-\\d+")).toList();
    }
  }

  private TreeSet<String> present() throws IOException {
    return directories().stream()
        .map(path -> path.getFileName().toString())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The directories that the two newest checkpoints name. */
  private TreeSet<String> needed() throws IOException {
    List<Path> newest =
        directories().stream()
            .sorted(
                (a, b) ->
                    Long.compare(
                        Long.parseLong(b.getFileName().toString().split("-")[1]),
                        Long.parseLong(a.getFileName().toString().split("-")[1])))
            .limit(2)
            .toList();
    TreeSet<String> needed = new TreeSet<>();
    assertEquals(2, newest.size());
    for (Path each : newest) {
      needed.add(each.getFileName().toString());
      Manifest manifest =
          SavedSnapshot.open(new LocalFileStore(), each.toUri().toString()).manifest();
      for (KeyedSlice slice :
          manifest.operators().stream()
              .flatMap(operator -> operator.subtasks().stream())
              .flatMap(subtask -> subtask.keyed().stream())
              .toList()) {
        add(needed, slice.handle().path());
        slice.files().forEach(file -> add(needed, file.handle().path()));
      }
    }
    assertTrue(needed.size() > 2, "nothing is continued: " + needed);
    return needed;
  }

  private static void add(TreeSet<String> needed, String file) {
    if (!file.isEmpty()) {
      String[] parts = file.split("/");
      needed.add(parts[parts.length - 2]);
    }
  }
}
