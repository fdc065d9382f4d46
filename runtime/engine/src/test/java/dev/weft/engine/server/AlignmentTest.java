package dev.weft.engine.server;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.DataStream;
import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.RateLimiterStrategy;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.types.Types;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.plugin.Plugins;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The fast one of two sources of a group on two workers, or of two splits, waits for the other. */
class AlignmentTest {
  private static final String JOB = "a".repeat(32);
  private static final int FAST_RECORDS = 400_000;
  private static final int SLOW_RECORDS = 2_000;
  private static final int SLOW_STEP_MILLIS = FAST_RECORDS / SLOW_RECORDS;
  private static final AtomicLong SLOW_AT = new AtomicLong();
  private static final AtomicLong LEAD_MAX = new AtomicLong();

  private static final long SPLIT_END = 400_000;
  private static final long SLOW_STEP = 2;
  private static final long FAST_STEP = 100;
  private static final AtomicLong SPLIT_SLOW_AT = new AtomicLong();
  private static final AtomicLong SPLIT_LEAD_MAX = new AtomicLong();

  private final Ledger ledger = Ledger.open("alignment-" + System.identityHashCode(this));

  private static WatermarkStrategy<Long> strategy() {
    return WatermarkStrategy.<Long>forMonotonousTimestamps()
        .withTimestampAssigner((millis, before) -> millis)
        .withWatermarkAlignment("all", Duration.ofSeconds(1), Duration.ofMillis(10));
  }

  @Test
  void aFastSourceStaysNearASlowOne() throws Exception {
    Configuration options = new Configuration();
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(2);
    DataStream<Long> fast =
        environment.fromSource(
            new DataGeneratorSource<>(n -> n, FAST_RECORDS, Types.LONG), strategy(), "fast");
    DataStream<Long> slow =
        environment.fromSource(
            new DataGeneratorSource<>(
                n -> n * SLOW_STEP_MILLIS,
                SLOW_RECORDS,
                RateLimiterStrategy.perSecond(SLOW_RECORDS),
                Types.LONG),
            strategy(),
            "slow");
    slow.map(
            millis -> {
              SLOW_AT.accumulateAndGet(millis, Math::max);
              return "slow";
            })
        .union(
            fast.map(
                millis -> {
                  LEAD_MAX.accumulateAndGet(millis - SLOW_AT.get(), Math::max);
                  return "fast";
                }))
        .filter("slow"::equals)
        .sinkTo(ledger);
    run(environment, options);
    assertEquals(SLOW_RECORDS, ledger.records().size());
    assertTrue(LEAD_MAX.get() > 0, "the fast source was never ahead");
    assertTrue(LEAD_MAX.get() < FAST_RECORDS / 4, "ahead by " + LEAD_MAX.get());
  }

  private static void run(StreamExecutionEnvironment environment, Configuration options)
      throws Exception {
    ClassLoader code = AlignmentTest.class.getClassLoader();
    try (LocalCluster cluster =
        LocalCluster.start(
            new LocalCluster.Settings(
                options, Plugins.onClassPath(code), code, 2, 1, true, false))) {
      cluster.submit(Planner.plan(environment.pipeline("aligned"), JOB));
      assertEquals(
          JobStatus.FINISHED, cluster.ended(JOB).get(60, TimeUnit.SECONDS).summary().status());
    }
  }

  /** How many ticks of a split there are in a window. */
  record Ticks(long step, long count) {}

  @Test
  void aFastSplitOfAReaderStaysNearASlowOneAndMakesNothingLate() throws Exception {
    Configuration options = new Configuration();
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(1).setRuntimeMode(RuntimeExecutionMode.STREAMING);
    environment
        .fromSource(
            new TwoPaces(SPLIT_END, List.of(SLOW_STEP, FAST_STEP)),
            WatermarkStrategy.<TwoPaces.Tick>forMonotonousTimestamps()
                .withWatermarkAlignment("splits", Duration.ofSeconds(1), Duration.ofMillis(5)),
            "ticks")
        .map(
            tick -> {
              if (tick.step() == SLOW_STEP) {
                SPLIT_SLOW_AT.set(tick.time());
              } else {
                SPLIT_LEAD_MAX.accumulateAndGet(tick.time() - SPLIT_SLOW_AT.get(), Math::max);
              }
              return new Ticks(tick.step(), 1);
            })
        .keyBy(Ticks::step)
        .window(TumblingEventTimeWindows.of(Duration.ofSeconds(1)))
        .sum("count")
        .map(ticks -> ticks.step() + " " + ticks.count())
        .sinkTo(ledger);
    run(environment, options);
    Map<String, Long> windows =
        ledger.records().stream().collect(groupingBy(record -> record, counting()));
    long seconds = SPLIT_END / 1_000;
    assertEquals(
        Map.of(SLOW_STEP + " 500", seconds, FAST_STEP + " 10", seconds), windows, "none is late");
    assertTrue(SPLIT_LEAD_MAX.get() > 1_000, "the fast split was never ahead");
    // with what both read in turn in one go; without alignment it would be nearly all
    assertTrue(SPLIT_LEAD_MAX.get() < SPLIT_END / 2, "ahead by " + SPLIT_LEAD_MAX.get());
  }
}
