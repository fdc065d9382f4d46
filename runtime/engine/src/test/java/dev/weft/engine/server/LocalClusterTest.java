package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.DataStream;
import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExecutionOptions;
import dev.weft.api.config.RestartStrategyOptions;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.RichMapFunction;
import dev.weft.api.functions.co.KeyedCoProcessFunction;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.Types;
import dev.weft.engine.checkpoint.FailureEntry;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.TaskStatus;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.plugin.Plugins;
import dev.weft.engine.protocol.TaskMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalClusterTest {
  private static final String JOB = "0123456789abcdef0123456789abcdef";
  private static final AtomicInteger FAILURES_LEFT = new AtomicInteger();

  private Ledger ledger;

  record Count(String word, long count) {}

  @BeforeEach
  void openLedger(TestInfo test) {
    ledger = Ledger.open(test.getDisplayName() + test.getTags() + System.identityHashCode(test));
  }

  private static Configuration options() {
    return new Configuration()
        .set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING)
        .set(RestartStrategyOptions.RESTART_STRATEGY, RestartStrategyOptions.Strategy.FIXED_DELAY)
        .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 5)
        .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
  }

  private static Map<String, Long> highest(List<String> records) {
    Map<String, Long> highest = new TreeMap<>();
    for (String record : records) {
      String[] parts = record.split("=");
      highest.merge(parts[0], Long.parseLong(parts[1]), Math::max);
    }
    return highest;
  }

  @Test
  void aBoundedProgramCountsWordsAndFinishes() throws Exception {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options());
    environment.setParallelism(2);
    environment
        .fromElements("to be or not to be", "that is the question", "to be")
        .<String>flatMap(
            (line, out) -> {
              for (String word : line.split(" ")) {
                out.collect(word);
              }
            },
            Types.STRING)
        .map(word -> new Count(word, 1))
        .keyBy(Count::word)
        .reduce((a, b) -> new Count(a.word(), a.count() + b.count()))
        .map(count -> count.word() + "=" + count.count())
        .sinkTo(ledger);
    try (LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(options(), LocalClusterTest.class.getClassLoader(), 2))) {
      cluster.submit(Planner.plan(environment.pipeline("words"), JOB));
      JobDetails job = await(cluster);
      assertEquals(JobStatus.FINISHED, job.summary().status());
      assertEquals(Map.of(TaskStatus.FINISHED, 5), present(job.summary().tasks()));
      assertEquals(3, counted(job, 0, TaskMetrics::recordsIn));
      assertEquals(12, counted(job, 1, TaskMetrics::recordsOut));
      assertEquals(12, counted(job, 2, TaskMetrics::recordsIn));
    }
    assertEquals(12, ledger.records().size());
    Map<String, Long> counts = highest(ledger.records());
    assertEquals(3, counts.get("to"));
    assertEquals(3, counts.get("be"));
    assertEquals(1, counts.get("question"));
  }

  /** Holds up its job in close until the test lets it go. */
  static final class SlowToClose extends RichMapFunction<String, String> {
    static final CountDownLatch CLOSING = new CountDownLatch(1);
    static final CountDownLatch MAY_CLOSE = new CountDownLatch(1);

    @Override
    public String map(String value) {
      return value;
    }

    @Override
    public void close() throws Exception {
      CLOSING.countDown();
      assertTrue(MAY_CLOSE.await(60, TimeUnit.SECONDS));
    }
  }

  @Test
  void aJobIsFinishedWhenItsFunctionsAreClosedAndItsCountsAreFinal() throws Exception {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options());
    environment.setParallelism(1);
    environment.fromData("a", "b", "c").map(new SlowToClose()).sinkTo(ledger);
    try (LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(options(), LocalClusterTest.class.getClassLoader(), 1))) {
      cluster.submit(Planner.plan(environment.pipeline("slow"), JOB));
      assertTrue(SlowToClose.CLOSING.await(60, TimeUnit.SECONDS));
      assertEquals(JobStatus.RUNNING, cluster.job(JOB).orElseThrow().summary().status());
      assertFalse(cluster.ended(JOB).isDone());
      assertEquals(3, ledger.records().size());

      SlowToClose.MAY_CLOSE.countDown();
      JobDetails job = await(cluster);
      assertEquals(JobStatus.FINISHED, job.summary().status());
      assertEquals(Map.of(TaskStatus.FINISHED, 1), present(job.summary().tasks()));
      assertEquals(3, counted(job, 0, TaskMetrics::recordsIn));
    }
  }

  /** Pairs every number with the factor of its remainder, whichever comes first. */
  static final class Scaling extends KeyedCoProcessFunction<Long, Long, Count, String> {
    private transient ValueState<Long> factor;
    private transient ListState<Long> waiting;

    @Override
    public void open(OpenContext context) {
      factor = getRuntimeContext().getState(new ValueStateDescriptor<>("factor", Long.class));
      waiting = getRuntimeContext().getListState(new ListStateDescriptor<>("waiting", Long.class));
    }

    @Override
    public void processElement1(Long value, Context ctx, Collector<String> out) throws Exception {
      if (factor.value() == null) {
        waiting.add(value);
      } else {
        out.collect(value + "*" + factor.value());
      }
    }

    @Override
    public void processElement2(Count value, Context ctx, Collector<String> out) throws Exception {
      factor.update(value.count());
      for (Long number : waiting.get()) {
        out.collect(number + "*" + value.count());
      }
      waiting.clear();
    }
  }

  @Test
  void twoStreamsMeetByKeyExactlyOnceThroughAFailure() throws Exception {
    FAILURES_LEFT.set(1);
    Configuration configuration = options();
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(configuration);
    environment.setParallelism(2);
    environment.enableCheckpointing(20);
    DataStream<Count> factors =
        environment.fromSequence(0, 6).map(number -> new Count("f", 100 + number)).shuffle();
    environment
        .fromSequence(0, 9_999)
        .map(
            number -> {
              if (number == 5_000 && FAILURES_LEFT.getAndDecrement() > 0) {
                throw new IllegalStateException("planned failure at " + number);
              }
              return number;
            })
        .partitionCustom((key, count) -> (int) (key % count), number -> number / 10)
        .connect(factors)
        .keyBy(number -> number % 7, count -> count.count() - 100)
        .process(new Scaling())
        .sinkTo(ledger);
    try (LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(
                configuration, LocalClusterTest.class.getClassLoader(), 2))) {
      cluster.submit(Planner.plan(environment.pipeline("scaling"), JOB));
      assertEquals(JobStatus.FINISHED, await(cluster).summary().status());
    }
    assertEquals(
        IntStream.range(0, 10_000).mapToObj(n -> n + "*" + (100 + n % 7)).sorted().toList(),
        ledger.records().stream().sorted().toList());
  }

  private static Map<TaskStatus, Integer> present(Map<TaskStatus, Integer> counts) {
    Map<TaskStatus, Integer> present = new TreeMap<>(counts);
    present.values().removeIf(count -> count == 0);
    return present;
  }

  private static long counted(JobDetails job, int vertex, ToLongFunction<TaskMetrics> counter) {
    return job.vertices().get(vertex).subtasks().stream()
        .mapToLong(subtask -> counter.applyAsLong(subtask.metrics()))
        .sum();
  }

  /** Numbers, counted per remainder; the count of each is in the ledger exactly once. */
  private JobPlan counting(long numbers, int parallelism, Configuration configuration) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(configuration);
    environment.setParallelism(parallelism);
    environment.enableCheckpointing(50);
    environment
        .fromSequence(0, numbers - 1)
        .map(
            number -> {
              if (number == numbers / 2 && FAILURES_LEFT.getAndDecrement() > 0) {
                throw new IllegalStateException("planned failure at " + number);
              }
              return new Count("k" + number % 10, 1);
            })
        .keyBy(Count::word)
        .reduce((a, b) -> new Count(a.word(), a.count() + b.count()))
        .map(count -> count.word() + "=" + count.count())
        .sinkTo(ledger);
    return Planner.plan(environment.pipeline("counting"), JOB);
  }

  private static List<String> expected(int numbers) {
    return IntStream.range(0, numbers)
        .mapToObj(n -> "k" + n % 10 + "=" + (n / 10 + 1))
        .sorted()
        .collect(Collectors.toList());
  }

  private static JobDetails await(LocalCluster cluster) throws Exception {
    return cluster.ended(JOB).get(120, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aJobOnTwoWorkersRestartsAfterAFailureAndCountsEachOnce(boolean encrypted) throws Exception {
    int numbers = 20_000;
    FAILURES_LEFT.set(2);
    ClassLoader code = LocalClusterTest.class.getClassLoader();
    Configuration configuration = options();
    LocalCluster.Settings settings =
        new LocalCluster.Settings(
            configuration, Plugins.onClassPath(code), code, 2, 1, encrypted, false);
    try (LocalCluster cluster = LocalCluster.start(settings)) {
      cluster.submit(counting(numbers, 2, configuration));
      JobDetails job = await(cluster);
      assertEquals(JobStatus.FINISHED, job.summary().status(), () -> job.failures().toString());
      assertEquals(expected(numbers), ledger.records());
      assertEquals(2, job.failures().size());
      assertTrue(job.failures().get(0).cause().message().contains("planned failure"));
      assertEquals(ErrorCode.USER, job.failures().get(0).cause().code());
    }
  }

  @Test
  void aJobThatKeepsFailingFailsWithItsCause() throws Exception {
    FAILURES_LEFT.set(Integer.MAX_VALUE);
    Configuration configuration =
        options()
            .set(RestartStrategyOptions.RESTART_STRATEGY, RestartStrategyOptions.Strategy.NONE);
    try (LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(
                configuration, LocalClusterTest.class.getClassLoader(), 1))) {
      cluster.submit(counting(100, 1, configuration));
      JobDetails job = await(cluster);
      assertEquals(JobStatus.FAILED, job.summary().status());
      String cause = job.failures().get(0).cause().message();
      assertTrue(cause.contains("planned failure"), cause);
      assertTrue(ledger.records().isEmpty());
    } finally {
      FAILURES_LEFT.set(0);
    }
  }

  @Test
  void aJobThatUsesUpItsRestartsListsEveryFailureAndWhatFollowed() throws Exception {
    FAILURES_LEFT.set(Integer.MAX_VALUE);
    Configuration configuration =
        options().set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 2);
    try (LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(
                configuration, LocalClusterTest.class.getClassLoader(), 1))) {
      cluster.submit(counting(100, 1, configuration));
      JobDetails job = await(cluster);
      assertEquals(JobStatus.FAILED, job.summary().status());
      assertEquals(
          List.of(
              "the job fails: restarts by fixed-delay are used up",
              "restarts in 10 ms",
              "restarts in 10 ms"),
          job.failures().stream().map(FailureEntry::consequence).toList());
    } finally {
      FAILURES_LEFT.set(0);
    }
  }

  private JobPlan endless(Configuration configuration, int parallelism) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(configuration);
    environment.setParallelism(parallelism);
    environment.enableCheckpointing(50);
    environment
        .fromSource(
            new DataGeneratorSource<>(n -> "n" + n, Types.STRING).withRatePerReader(2000),
            WatermarkStrategy.noWatermarks(),
            "numbers")
        .sinkTo(ledger);
    return Planner.plan(environment.pipeline("endless"), JOB);
  }

  @Test
  void aWorkerThatDiesIsReplacedAndNothingIsLostOrDoubled() throws Exception {
    ClassLoader code = LocalClusterTest.class.getClassLoader();
    Configuration configuration = options();
    LocalCluster.Settings settings =
        new LocalCluster.Settings(
            configuration, Plugins.onClassPath(code), code, 2, 1, true, false);
    try (LocalCluster cluster = LocalCluster.start(settings)) {
      cluster.submit(endless(configuration, 2));
      ledger.await(500);
      cluster.killWorker(0);
      int before = ledger.records().size();
      cluster.addWorker();
      ledger.await(before + 1000);
      assertTrue(cluster.cancel(JOB));
      assertEquals(JobStatus.CANCELED, await(cluster).summary().status());
      List<String> records = ledger.records();
      assertEquals(records.size(), records.stream().distinct().count());
    }
  }

  @Test
  void anUnknownJobIsNotFoundAndAPlanThatIsTakenIsRefused() throws Exception {
    Configuration configuration = options();
    try (LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(
                configuration, LocalClusterTest.class.getClassLoader(), 1))) {
      assertFalse(cluster.cancel("none"));
      assertTrue(cluster.job("none").isEmpty());
      JobPlan plan = counting(10, 1, configuration);
      cluster.submit(plan);
      assertThrows(WeftException.class, () -> cluster.submit(plan));
      assertEquals(JobStatus.FINISHED, await(cluster).summary().status());
    }
  }
}
