package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.DataStream;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.RateLimiterStrategy;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.types.Types;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.plugin.Plugins;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Sources of one group on two workers: the fast one waits for the slow one. */
class AlignmentTest {
  private static final String JOB = "a".repeat(32);
  private static final int FAST_RECORDS = 400_000;
  private static final int SLOW_RECORDS = 2_000;
  private static final int SLOW_STEP_MILLIS = FAST_RECORDS / SLOW_RECORDS;
  private static final AtomicLong SLOW_AT = new AtomicLong();
  private static final AtomicLong LEAD_MAX = new AtomicLong();

  private final Ledger ledger = Ledger.open("alignment");

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
    ClassLoader code = AlignmentTest.class.getClassLoader();
    try (LocalCluster cluster =
        LocalCluster.start(
            new LocalCluster.Settings(
                options, Plugins.onClassPath(code), code, 2, 1, true, false))) {
      cluster.submit(Planner.plan(environment.pipeline("aligned"), JOB));
      assertEquals(
          JobStatus.FINISHED, cluster.ended(JOB).get(60, TimeUnit.SECONDS).summary().status());
    }
    assertEquals(SLOW_RECORDS, ledger.records().size());
    assertTrue(LEAD_MAX.get() > 0, "the fast source was never ahead");
    assertTrue(LEAD_MAX.get() < FAST_RECORDS / 4, "ahead by " + LEAD_MAX.get());
  }
}
