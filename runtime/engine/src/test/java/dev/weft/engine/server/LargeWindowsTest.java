package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.MemorySize;
import dev.weft.api.config.RestartStrategyOptions;
import dev.weft.api.config.TaskManagerOptions;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.SlidingEventTimeWindows;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.api.windowing.assigners.WindowAssigner;
import dev.weft.api.windowing.windows.TimeWindow;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.Planner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Windows of more keys than the memory for state holds go to RocksDB, and their job finishes. */
class LargeWindowsTest {
  private static final String JOB = "6".repeat(32);
  private static final int KEYS = 150_000;
  private static final int RECORDS_PER_WINDOW = 2 * KEYS;
  private static final int RECORDS = 2 * RECORDS_PER_WINDOW;

  @TempDir private Path directory;

  /** A record; each key has two in each window of {@link #RECORDS_PER_WINDOW} milliseconds. */
  record Visit(long visitor, long time, long seconds) {}

  private static Visit visit(long number) {
    return new Visit(number * 7919 % KEYS, number, 1);
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void aJobFinishesWhoseWindowsOutgrowTheHeap(int slides) throws Exception {
    Configuration options =
        new Configuration()
            .set(TaskManagerOptions.MANAGED_MEMORY, MemorySize.ofMebiBytes(6))
            .set(
                RestartStrategyOptions.RESTART_STRATEGY,
                RestartStrategyOptions.Strategy.FIXED_DELAY)
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3)
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10))
            .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory.toUri().toString());
    Ledger ledger = Ledger.open("windows-" + System.identityHashCode(this));
    try (LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(options, LargeWindowsTest.class.getClassLoader(), 1))) {
      cluster.submit(Planner.plan(program(options, slides, ledger).pipeline("windows"), JOB));
      JobDetails job = cluster.ended(JOB).get(3, TimeUnit.MINUTES);
      assertEquals(JobStatus.FINISHED, job.summary().status());
      assertEquals(1, job.failures().size(), "it outgrew the heap once");
    }
    long[] seconds = new long[KEYS];
    for (String record : ledger.records()) {
      String[] parts = record.split("=");
      assertTrue(Long.parseLong(parts[1]) <= 2, () -> "two in a window, not " + record);
      seconds[Integer.parseInt(parts[0])] += Long.parseLong(parts[1]);
    }
    for (long each : seconds) {
      assertEquals(4 * slides, each);
    }
    // with a slide there is half a window at each end
    assertEquals(KEYS * (slides == 1 ? 2 : 5), ledger.records().size());
  }

  private static StreamExecutionEnvironment program(
      Configuration options, int slides, Ledger ledger) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(1);
    environment.setRuntimeMode(RuntimeExecutionMode.STREAMING);
    environment.enableCheckpointing(200);
    Duration size = Duration.ofMillis(RECORDS_PER_WINDOW);
    WindowAssigner<Object, TimeWindow> windows =
        slides == 1
            ? TumblingEventTimeWindows.of(size)
            : SlidingEventTimeWindows.of(size, size.dividedBy(slides));
    environment
        .fromSource(
            new DataGeneratorSource<>(
                LargeWindowsTest::visit, TypeInformation.of(Visit.class), RECORDS),
            WatermarkStrategy.<Visit>forMonotonousTimestamps()
                .withTimestampAssigner((visit, before) -> visit.time()),
            "visits")
        .keyBy(Visit::visitor)
        .window(windows)
        .reduce((a, b) -> new Visit(a.visitor(), 0, a.seconds() + b.seconds()))
        .map(visit -> visit.visitor() + "=" + visit.seconds())
        .sinkTo(ledger);
    return environment;
  }
}
