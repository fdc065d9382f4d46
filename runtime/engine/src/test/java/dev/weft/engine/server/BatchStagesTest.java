package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.BatchShuffleMode;
import dev.weft.api.DataStream;
import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.config.ExecutionOptions;
import dev.weft.api.config.MemorySize;
import dev.weft.api.config.RestartStrategyOptions;
import dev.weft.api.config.TaskManagerOptions;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.plugin.Plugins;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches whose stages run one after another, on two workers. */
class BatchStagesTest {
  private static final int RECORDS = 40_000;
  private static final int KEYS = 1_000;
  private static final AtomicLong READ = new AtomicLong();
  private static final AtomicLong FOLDED = new AtomicLong();
  private static final AtomicLong FOLDED_BEFORE_THE_END = new AtomicLong();
  private static final AtomicInteger FAILURES_LEFT = new AtomicInteger();

  @TempDir Path scratch;
  private LocalCluster cluster;

  record Sum(long key, long sum) {}

  @BeforeEach
  void start() {
    READ.set(0);
    FOLDED.set(0);
    FOLDED_BEFORE_THE_END.set(0);
    FAILURES_LEFT.set(0);
    ClassLoader code = BatchStagesTest.class.getClassLoader();
    Configuration configuration =
        new Configuration()
            .set(CoreOptions.TMP_DIRS, List.of(scratch.toString()))
            .set(TaskManagerOptions.MANAGED_MEMORY, MemorySize.ofMebiBytes(2));
    cluster =
        LocalCluster.start(
            new LocalCluster.Settings(
                configuration, Plugins.onClassPath(code), code, 2, 2, false, false));
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private static StreamExecutionEnvironment environment() {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(
            new Configuration()
                .set(ExecutionOptions.BATCH_SHUFFLE_MODE, BatchShuffleMode.ALL_EXCHANGES_BLOCKING)
                .set(
                    RestartStrategyOptions.RESTART_STRATEGY,
                    RestartStrategyOptions.Strategy.FIXED_DELAY)
                .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3)
                .set(
                    RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY,
                    Duration.ofMillis(10)));
    return environment.setParallelism(4).setRuntimeMode(RuntimeExecutionMode.BATCH);
  }

  /** Sums of numbers by key, in two keyed stages behind that of the source. */
  private static JobPlan sums(Ledger ledger) {
    StreamExecutionEnvironment environment = environment();
    DataStream<Sum> numbers =
        environment
            .fromSequence(0, RECORDS - 1)
            .map(
                number -> {
                  READ.incrementAndGet();
                  return new Sum(number % KEYS, number);
                })
            .rebalance();
    numbers
        .map(
            sum -> {
              if (READ.get() < RECORDS) {
                FOLDED_BEFORE_THE_END.incrementAndGet();
              }
              FOLDED.incrementAndGet();
              return sum;
            })
        .keyBy(Sum::key)
        .sum("sum")
        .map(
            sum -> {
              if (sum.key() == 77 && FAILURES_LEFT.getAndDecrement() > 0) {
                throw new IllegalStateException("planned");
              }
              return sum.key() + "=" + sum.sum();
            })
        .sinkTo(ledger);
    return Planner.plan(
        environment.pipeline("sums"), UUID.randomUUID().toString().replace("-", ""));
  }

  private static List<String> expected() {
    return LongStream.range(0, KEYS)
        .mapToObj(
            key -> key + "=" + LongStream.range(0, RECORDS / KEYS).map(i -> i * KEYS + key).sum())
        .sorted()
        .toList();
  }

  private JobDetails execute(JobPlan plan) throws Exception {
    cluster.submit(plan);
    return cluster.ended(plan.jobId()).get(60, TimeUnit.SECONDS);
  }

  private long filesOfExchanges() throws IOException {
    try (Stream<Path> files = Files.walk(scratch)) {
      return files.filter(file -> file.toString().contains("-edge-")).count();
    }
  }

  /** The workers delete them when they hear of the job's end, which is soon after the leader's. */
  private void awaitNoFiles() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!areExchangesGone()) {
      assertTrue(System.nanoTime() < deadline, "files of a job that has ended");
      Thread.onSpinWait();
    }
  }

  private boolean areExchangesGone() throws IOException {
    try {
      return filesOfExchanges() == 0;
    } catch (UncheckedIOException e) {
      // a directory went while its files were listed
      return false;
    }
  }

  @Test
  void aStageBeginsWhenTheOneBeforeIsDone() throws Exception {
    Ledger ledger = Ledger.open("stages");
    JobPlan plan = sums(ledger);
    assertEquals(4, plan.slots(), "as many slots as the widest stage has subtasks");
    JobDetails job = execute(plan);
    assertEquals(JobStatus.FINISHED, job.summary().status(), () -> job.failures().toString());
    assertEquals(expected(), ledger.records().stream().sorted().toList());
    assertEquals(0, FOLDED_BEFORE_THE_END.get(), "records that a later stage saw too early");
    awaitNoFiles();
  }

  @Test
  void whatIsDoneIsNotRepeatedAfterAFailureBehindIt() throws Exception {
    FAILURES_LEFT.set(2);
    Ledger ledger = Ledger.open("stages-failing");
    JobDetails job = execute(sums(ledger));
    assertEquals(JobStatus.FINISHED, job.summary().status(), () -> job.failures().toString());
    assertEquals(2, job.failures().size(), () -> job.failures().toString());
    assertEquals(expected(), ledger.records().stream().sorted().toList());
    assertEquals(RECORDS, READ.get(), "records of the first stage");
    assertEquals(RECORDS, FOLDED.get(), "records of the second stage");
    awaitNoFiles();
  }

  @Test
  void aDamagedFileIsMadeAnew() throws Exception {
    Ledger ledger = Ledger.open("stages-damaged");
    StreamExecutionEnvironment environment = environment();
    Damaging.scratch = scratch;
    Damaging.LEFT.set(1);
    environment
        .fromSequence(0, RECORDS - 1)
        .map(
            number -> {
              READ.incrementAndGet();
              return new Sum(number % KEYS, number);
            })
        .keyBy(Sum::key)
        .process(new Damaging())
        .sinkTo(ledger);
    JobPlan plan =
        Planner.plan(environment.pipeline("damage"), UUID.randomUUID().toString().replace("-", ""));
    JobDetails job = execute(plan);
    assertEquals(JobStatus.FINISHED, job.summary().status(), () -> job.failures().toString());
    assertFalse(job.failures().isEmpty());
    assertTrue(READ.get() > RECORDS, "the stage whose records were lost is repeated");
    assertEquals(RECORDS, ledger.records().size());
  }

  /** Damages what is kept for it before it reads it, once. */
  private static final class Damaging extends KeyedProcessFunction<Long, Sum, String> {
    private static final AtomicInteger LEFT = new AtomicInteger();
    private static Path scratch;

    @Override
    public void processElement(Sum sum, Context context, Collector<String> out) throws IOException {
      if (LEFT.getAndDecrement() > 0) {
        try (Stream<Path> files = Files.walk(scratch)) {
          for (Path file : files.filter(f -> f.toString().contains("-edge-")).toList()) {
            Files.write(file, new byte[100]);
          }
        }
        throw new IOException("planned");
      }
      out.collect(sum.key() + ":" + sum.sum());
    }
  }
}
