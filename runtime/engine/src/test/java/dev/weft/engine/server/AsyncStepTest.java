package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.AsyncDataStream;
import dev.weft.api.DataStream;
import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExecutionOptions;
import dev.weft.api.config.RestartStrategyOptions;
import dev.weft.api.functions.MapFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.async.ResultFuture;
import dev.weft.api.functions.async.RichAsyncFunction;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.plugin.Plugins;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsyncStepTest {
  private static final String JOB = "0123456789abcdef0123456789abcdef";

  /** Answers on threads of its own. */
  private static final class Pooled extends RichAsyncFunction<Long, String> {
    private transient ExecutorService pool;

    @Override
    public void open(OpenContext openContext) {
      pool = Executors.newFixedThreadPool(3);
    }

    @Override
    public void asyncInvoke(Long input, ResultFuture<String> resultFuture) {
      pool.execute(() -> resultFuture.complete(List.of(Long.toString(input))));
    }

    @Override
    public void close() {
      pool.shutdownNow();
    }
  }

  /** Fails when a number does not follow the one before. */
  private static final class InSequence implements MapFunction<String, String> {
    private long last;

    @Override
    public String map(String value) {
      if (Long.parseLong(value) != ++last) {
        throw new IllegalStateException("expected " + last);
      }
      return value;
    }
  }

  private static final AtomicInteger FAILURES_LEFT = new AtomicInteger();
  private static final AtomicInteger IN_FLIGHT = new AtomicInteger();
  private static final AtomicInteger IN_FLIGHT_AT_FAILURE = new AtomicInteger();

  /** Answers later than it is asked, so that requests are in flight when something fails. */
  private static final class Late extends RichAsyncFunction<Long, Long> {
    private transient ScheduledExecutorService timer;

    @Override
    public void open(OpenContext openContext) {
      timer = Executors.newSingleThreadScheduledExecutor();
      IN_FLIGHT.set(0);
    }

    @Override
    public void asyncInvoke(Long input, ResultFuture<Long> resultFuture) {
      IN_FLIGHT.incrementAndGet();
      timer.schedule(
          () -> {
            IN_FLIGHT.decrementAndGet();
            resultFuture.complete(List.of(input));
          },
          1 + input % 7,
          TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
      timer.shutdownNow();
    }
  }

  /** Fails at some numbers, each once, while requests of others are in flight. */
  private static final class Failing implements MapFunction<Long, String> {
    @Override
    public String map(Long value) {
      if (value % 3_000 == 1_500 && FAILURES_LEFT.getAndDecrement() > 0) {
        IN_FLIGHT_AT_FAILURE.accumulateAndGet(IN_FLIGHT.get(), Math::max);
        throw new IllegalStateException("planned at " + value);
      }
      return String.valueOf(value);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void requestsInFlightAtAFailureAreAskedAgainAndEachAnswerCountsOnce(boolean ordered)
      throws Exception {
    FAILURES_LEFT.set(2);
    IN_FLIGHT_AT_FAILURE.set(0);
    Ledger ledger = Ledger.open("async-failure" + ordered);
    Configuration options =
        new Configuration()
            .set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING)
            .set(
                RestartStrategyOptions.RESTART_STRATEGY,
                RestartStrategyOptions.Strategy.FIXED_DELAY)
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 5)
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(2);
    environment.enableCheckpointing(20);
    DataStream<Long> numbers = environment.fromSequence(1, 8_000);
    DataStream<Long> answers =
        ordered
            ? AsyncDataStream.orderedWait(numbers, new Late(), 1, TimeUnit.MINUTES, 50)
            : AsyncDataStream.unorderedWait(numbers, new Late(), 1, TimeUnit.MINUTES, 50);
    answers.rebalance().map(new Failing()).sinkTo(ledger);
    ClassLoader code = AsyncStepTest.class.getClassLoader();
    try (LocalCluster cluster =
        LocalCluster.start(
            new LocalCluster.Settings(
                options, Plugins.onClassPath(code), code, 2, 1, true, false))) {
      cluster.submit(Planner.plan(environment.pipeline("async"), JOB));
      JobDetails job = cluster.ended(JOB).get(120, TimeUnit.SECONDS);
      assertEquals(JobStatus.FINISHED, job.summary().status(), job.failures().toString());
      assertEquals(2, job.failures().size());
    }
    assertTrue(IN_FLIGHT_AT_FAILURE.get() > 0, "nothing was in flight");
    assertEquals(
        LongStream.rangeClosed(1, 8_000).mapToObj(String::valueOf).sorted().toList(),
        ledger.records());
  }

  @Test
  void answersOfOtherThreadsArriveInOrderAndTheJobEnds() throws Exception {
    Ledger ledger = Ledger.open("async" + System.identityHashCode(this));
    Configuration options =
        new Configuration().set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(1);
    AsyncDataStream.orderedWait(
            environment.fromSequence(1, 5_000), new Pooled(), 1, TimeUnit.MINUTES, 10)
        .map(new InSequence())
        .sinkTo(ledger);
    try (LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(options, AsyncStepTest.class.getClassLoader(), 1))) {
      cluster.submit(Planner.plan(environment.pipeline("async"), JOB));
      assertEquals(
          JobStatus.FINISHED, cluster.ended(JOB).get(120, TimeUnit.SECONDS).summary().status());
    }
    assertEquals(5_000, ledger.records().size());
  }
}
