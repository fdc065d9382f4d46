package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.MapFunction;
import dev.weft.api.types.Types;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.Planner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A function that blocks without having said so holds up nobody but those who wait for it. */
class BlockingFunctionTest {
  private static final String JOB = "b".repeat(32);
  private static final int NEIGHBOURS_RECORDS = 5_000;

  /** Enough to hold all threads that call subtasks. */
  private static final int BLOCKED = 2 * Runtime.getRuntime().availableProcessors();

  private static final CountDownLatch ALL_BLOCKED = new CountDownLatch(BLOCKED);
  private static final CountDownLatch NEIGHBOUR_GOT_ON = new CountDownLatch(1);

  /** Blocks on its first record until the neighbour got on meanwhile. */
  private static final class Blocking implements MapFunction<Long, Long> {
    private boolean before;

    @Override
    public Long map(Long value) throws Exception {
      if (!before) {
        before = true;
        ALL_BLOCKED.countDown();
        NEIGHBOUR_GOT_ON.await();
      }
      return value;
    }
  }

  /** Counts the records that come while all others are blocked. */
  private static final class Neighbour implements MapFunction<Long, Long> {
    private int meanwhile;

    @Override
    public Long map(Long value) {
      if (ALL_BLOCKED.getCount() == 0 && ++meanwhile == NEIGHBOURS_RECORDS) {
        NEIGHBOUR_GOT_ON.countDown();
      }
      return value;
    }
  }

  private static DataGeneratorSource<Long> numbers() {
    return new DataGeneratorSource<Long>(n -> n, Types.LONG).withRatePerReader(10_000);
  }

  @Test
  void itsNeighboursOnTheSameCoresGoOn() throws Exception {
    Configuration options = new Configuration();
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(BLOCKED);
    environment
        .fromSource(numbers(), WatermarkStrategy.noWatermarks(), "blocking")
        .map(new Blocking())
        .sinkTo(new DiscardingSink<>());
    environment
        .fromSource(numbers(), WatermarkStrategy.noWatermarks(), "neighbour")
        .setParallelism(1)
        .map(new Neighbour())
        .setParallelism(1)
        .sinkTo(new DiscardingSink<>())
        .setParallelism(1);
    try (LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(
                options, BlockingFunctionTest.class.getClassLoader(), BLOCKED))) {
      cluster.submit(Planner.plan(environment.pipeline("blocking"), JOB));
      boolean gotOn = NEIGHBOUR_GOT_ON.await(60, TimeUnit.SECONDS);
      NEIGHBOUR_GOT_ON.countDown();
      cluster.cancel(JOB);
      assertEquals(
          JobStatus.CANCELED, cluster.ended(JOB).get(60, TimeUnit.SECONDS).summary().status());
      assertTrue(gotOn, ALL_BLOCKED.getCount() + " subtasks were not called at all");
    }
  }
}
