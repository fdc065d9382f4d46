package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.AsyncDataStream;
import dev.weft.api.DataStream;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.HybridSource;
import dev.weft.api.connector.builtin.RateLimiterStrategy;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.MapFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.async.AsyncRetryStrategies;
import dev.weft.api.functions.async.AsyncRetryStrategy;
import dev.weft.api.functions.async.ResultFuture;
import dev.weft.api.functions.async.RetryPredicates;
import dev.weft.api.functions.async.RichAsyncFunction;
import dev.weft.api.types.Types;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Planner;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that a savepoint interrupts: no number of their source is missing or there twice. */
class SavepointBetweenTest {
  private static final String FIRST = "1".repeat(32);
  private static final String SECOND = "2".repeat(32);
  private static final int BOUNDED = 600;
  private static final int REQUESTS = 50;

  @TempDir private Path directory;

  private static DataGeneratorSource<Long> endless(long first) {
    return new DataGeneratorSource<>(n -> first + n, Types.LONG).withRatePerReader(2_000);
  }

  /**
   * Stops the program with a savepoint after so many records and goes on until there are more.
   *
   * @param gaps how many numbers below the greatest may be on their way
   */
  private List<Long> interrupted(
      Source<Long, ?, ?> source,
      Function<DataStream<Long>, DataStream<Long>> steps,
      int after,
      int gaps)
      throws Exception {
    long reached;
    Ledger ledger = Ledger.open("between-" + System.identityHashCode(this));
    Configuration options = new Configuration();
    try (LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(
                options, SavepointBetweenTest.class.getClassLoader(), 1))) {
      cluster.submit(plan(FIRST, options, source, steps, ledger));
      ledger.await(after);
      cluster.order(FIRST, new SnapshotOrder("s", SnapshotOrder.Kind.STOP, "file://" + directory));
      JobDetails stopped = cluster.ended(FIRST).get(60, TimeUnit.SECONDS);
      assertEquals(JobStatus.FINISHED, stopped.summary().status(), stopped.failures().toString());
      String path = stopped.snapshots().get(0).location();
      List<Long> before = numbers(ledger, gaps);
      reached = before.get(before.size() - 1);
      Configuration restored = new Configuration().set(CheckpointingOptions.RESTORE_PATH, path);
      cluster.submit(plan(SECOND, restored, source, steps, ledger));
      ledger.await(Math.max(ledger.records().size(), BOUNDED) + 500);
      cluster.cancel(SECOND);
      assertEquals(
          JobStatus.CANCELED, cluster.ended(SECOND).get(60, TimeUnit.SECONDS).summary().status());
    }
    List<Long> numbers = numbers(ledger, gaps);
    assertEquals(reached, numbers.get((int) reached), "what was on its way is missing");
    return numbers;
  }

  private static JobPlan plan(
      String job,
      Configuration options,
      Source<Long, ?, ?> source,
      Function<DataStream<Long>, DataStream<Long>> steps,
      Ledger ledger) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(1).enableCheckpointing(50);
    DataStream<Long> numbers =
        environment.fromSource(source, WatermarkStrategy.noWatermarks(), "numbers");
    steps.apply(numbers).map(String::valueOf).sinkTo(ledger);
    return Planner.plan(environment.pipeline("between"), job);
  }

  /** All numbers, in order; none is there twice. */
  private static List<Long> numbers(Ledger ledger, int gaps) {
    List<Long> numbers = ledger.records().stream().map(Long::valueOf).sorted().toList();
    assertEquals(numbers.stream().distinct().toList(), numbers);
    long missing = numbers.get(numbers.size() - 1) + 1 - numbers.size();
    assertTrue(missing <= gaps, missing + " are missing in " + numbers);
    return numbers;
  }

  /** The first savepoint is taken of the bounded source, the second of the endless one. */
  @ParameterizedTest
  @ValueSource(ints = {100, BOUNDED + 300})
  void aHybridSourceGoesOnInTheSourceThatItWasIn(int after) throws Exception {
    HybridSource<Long> source =
        HybridSource.builder(
                new DataGeneratorSource<>(
                    n -> n, BOUNDED, RateLimiterStrategy.perSecond(500), Types.LONG))
            .addSource(endless(BOUNDED))
            .build();
    List<Long> numbers = interrupted(source, in -> in.map(new Increasing()), after, 0);
    assertTrue(numbers.size() > BOUNDED, "only " + numbers.size());
  }

  private static final Map<Long, Integer> ASKED = new ConcurrentHashMap<>();

  /** Answers late, and every third number only when it is asked again. */
  private static final class Moody extends RichAsyncFunction<Long, Long> {
    private transient ScheduledExecutorService timer;

    @Override
    public void open(OpenContext openContext) {
      timer = Executors.newSingleThreadScheduledExecutor();
    }

    @Override
    public void asyncInvoke(Long input, ResultFuture<Long> resultFuture) {
      boolean refuses = ASKED.merge(input, 1, Integer::sum) % 2 == 1 && input % 3 == 0;
      timer.schedule(
          () -> {
            if (refuses) {
              resultFuture.completeExceptionally(new IllegalStateException("not now"));
            } else {
              resultFuture.complete(List.of(input));
            }
          },
          1 + input % 7,
          TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
      timer.shutdownNow();
    }
  }

  /** Fails when a number is not above the one before. */
  private static final class Increasing implements MapFunction<Long, Long> {
    private long last = -1;

    @Override
    public Long map(Long value) {
      if (value <= last) {
        throw new IllegalStateException(value + " after " + last);
      }
      last = value;
      return value;
    }
  }

  private static DataStream<Long> asking(DataStream<Long> in, boolean ordered) {
    AsyncRetryStrategy<Long> retry =
        new AsyncRetryStrategies.FixedDelayRetryStrategyBuilder<Long>(3, 5)
            .ifException(RetryPredicates.HAS_EXCEPTION_PREDICATE)
            .build();
    return ordered
        ? AsyncDataStream.orderedWaitWithRetry(
                in, new Moody(), 1, TimeUnit.MINUTES, REQUESTS, retry)
            .map(new Increasing())
        : AsyncDataStream.unorderedWaitWithRetry(
            in, new Moody(), 1, TimeUnit.MINUTES, REQUESTS, retry);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void requestsThatAreAskedAgainSurviveASavepoint(boolean ordered) throws Exception {
    ASKED.clear();
    List<Long> numbers =
        interrupted(endless(0), in -> asking(in, ordered), 400, ordered ? 0 : REQUESTS);
    List<Long> refused = numbers.stream().filter(n -> n % 3 == 0).toList();
    assertTrue(refused.stream().allMatch(n -> ASKED.get(n) >= 2), ASKED.toString());
  }
}
