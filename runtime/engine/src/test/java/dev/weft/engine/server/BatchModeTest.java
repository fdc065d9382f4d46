package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.BatchShuffleMode;
import dev.weft.api.DataStream;
import dev.weft.api.KeyedStream;
import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExecutionOptions;
import dev.weft.api.config.MemorySize;
import dev.weft.api.config.RestartStrategyOptions;
import dev.weft.api.config.TaskManagerOptions;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.CoGroupFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.types.Types;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.Planner;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same bounded programs as a stream and as a batch, with little memory. */
class BatchModeTest {
  private static final int MEMORY_MEBIBYTES = 2;
  private static final AtomicInteger FAILURES_LEFT = new AtomicInteger();

  private static LocalCluster cluster;

  record Event(String key, long time, long amount) {}

  @BeforeAll
  static void start() {
    cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(
                new Configuration()
                    .set(
                        TaskManagerOptions.MANAGED_MEMORY,
                        MemorySize.ofMebiBytes(MEMORY_MEBIBYTES)),
                BatchModeTest.class.getClassLoader(),
                3));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** What a random program does, drawn before it is built so that both modes do the same. */
  private record Shape(
      int parallelism, int records, int keys, boolean filtered, int step, boolean twice) {
    static Shape draw(long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      return new Shape(
          1 + random.nextInt(3),
          1 + random.nextInt(20_000),
          1 + random.nextInt(random.nextBoolean() ? 20 : 20_000),
          random.nextBoolean(),
          (int) (seed % 8),
          random.nextBoolean());
    }
  }

  private static DataStream<Event> events(StreamExecutionEnvironment environment, Shape shape) {
    int keys = shape.keys;
    DataStream<Event> events =
        environment
            .fromSequence(0, shape.records - 1)
            .map(number -> new Event("key-" + number * 31 % keys, number / 3, number % 1000 + 1));
    return shape.filtered ? events.filter(event -> event.amount() % 7 != 0) : events;
  }

  /** Emits amounts in order, and their number when a timer fires. */
  private static final class Listing extends KeyedProcessFunction<String, Event, String> {
    private transient ListState<Long> amounts;

    @Override
    public void open(OpenContext context) {
      amounts = getRuntimeContext().getListState(new ListStateDescriptor<>("amounts", Long.class));
    }

    @Override
    public void processElement(Event event, Context ctx, Collector<String> out) throws Exception {
      amounts.add(event.amount());
      ctx.timerService().registerEventTimeTimer(Long.MAX_VALUE);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext ctx, Collector<String> out)
        throws Exception {
      long count = 0;
      long sum = 0;
      for (long amount : amounts.get()) {
        count++;
        sum += amount;
      }
      out.collect(ctx.getCurrentKey() + "=" + count + ":" + sum);
    }
  }

  private static final class Total implements AggregateFunction<Event, Long, Long> {
    @Override
    public Long createAccumulator() {
      return 0L;
    }

    @Override
    public Long add(Event event, Long accumulator) {
      return accumulator + event.amount();
    }

    @Override
    public Long getResult(Long accumulator) {
      return accumulator;
    }

    @Override
    public Long merge(Long left, Long right) {
      return left + right;
    }
  }

  /** The sums of the amounts of both streams. */
  private static final class SumsOfBoth implements CoGroupFunction<Event, Event, String> {
    @Override
    public void coGroup(Iterable<Event> first, Iterable<Event> second, Collector<String> out) {
      out.collect(sum(first) + "=" + sum(second));
    }

    private static long sum(Iterable<Event> events) {
      long sum = 0;
      for (Event event : events) {
        sum += event.amount();
      }
      return sum;
    }
  }

  private static DataStream<Event> timed(DataStream<Event> events) {
    return events.assignTimestampsAndWatermarks(
        WatermarkStrategy.<Event>forBoundedOutOfOrderness(Duration.ofSeconds(30))
            .withTimestampAssigner((event, before) -> event.time()));
  }

  private static DataStream<String> results(DataStream<Event> events, Shape shape) {
    KeyedStream<Event, String> keyed = events.keyBy(Event::key);
    return switch (shape.step) {
      case 0 -> keyed.sum("amount").map(event -> event.key() + "=" + event.amount());
      case 1 ->
          keyed
              .reduce((a, b) -> new Event(a.key(), 0, a.amount() + b.amount()))
              .map(event -> event.key() + "=" + event.amount());
      case 2 -> keyed.max("amount").map(event -> event.key() + "=" + event.amount());
      case 3 -> keyed.process(new Listing()).returns(Types.STRING);
      case 4 ->
          timed(events)
              .keyBy(Event::key)
              .window(TumblingEventTimeWindows.of(Duration.ofMillis(500)))
              .aggregate(new Total())
              .map(total -> "total=" + total);
      case 5 ->
          // the sums have other keys than the records that they are made of
          events
              .map(Event::amount)
              .keyBy(amount -> amount % 10)
              .sum(0)
              .keyBy(sum -> 0L)
              .max(0)
              .map(sum -> "greatest=" + sum);
      case 7 ->
          timed(events)
              .coGroup(timed(events.filter(event -> event.amount() % 3 == 0)))
              .where(Event::key)
              .equalTo(Event::key)
              .window(TumblingEventTimeWindows.of(Duration.ofMillis(500)))
              .apply(new SumsOfBoth());
      default ->
          keyed
              .sum("amount")
              .keyBy(event -> event.key().length())
              .max("amount")
              .map(event -> event.key().length() + "=" + event.amount());
    };
  }

  private static List<String> run(long seed, RuntimeExecutionMode mode, BatchShuffleMode shuffle)
      throws Exception {
    Shape shape = Shape.draw(seed);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(
            new Configuration().set(ExecutionOptions.BATCH_SHUFFLE_MODE, shuffle));
    environment.setParallelism(shape.parallelism).setRuntimeMode(mode);
    Ledger ledger = Ledger.open("batch-" + seed + "-" + mode + shuffle);
    DataStream<String> results = results(events(environment, shape), shape);
    results.sinkTo(ledger);
    if (shape.twice) {
      results.filter(result -> false).sinkTo(ledger);
    }
    JobDetails job = execute(environment);
    assertEquals(JobStatus.FINISHED, job.summary().status(), () -> String.valueOf(job.failures()));
    return ledger.records();
  }

  private static JobDetails execute(StreamExecutionEnvironment environment) throws Exception {
    String job = UUID.randomUUID().toString().replace("-", "");
    cluster.submit(Planner.plan(environment.pipeline("batch"), job));
    return cluster.ended(job).get(120, TimeUnit.SECONDS);
  }

  /** The greatest result of each key: a stream emits the growing ones before. */
  private static Map<String, Long> greatest(List<String> results) {
    Map<String, Long> greatest = new TreeMap<>();
    for (String result : results) {
      String[] parts = result.split("=");
      greatest.merge(parts[0], Long.parseLong(parts[1]), Math::max);
    }
    return greatest;
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23
      })
  void streamAndBatchComeToTheSameResults(long seed) throws Exception {
    List<String> streamed =
        run(seed, RuntimeExecutionMode.STREAMING, BatchShuffleMode.ALL_EXCHANGES_PIPELINED);
    for (BatchShuffleMode shuffle : BatchShuffleMode.values()) {
      check(Shape.draw(seed), streamed, run(seed, RuntimeExecutionMode.BATCH, shuffle));
    }
  }

  private static void check(Shape shape, List<String> streamed, List<String> batched) {
    if (shape.step == 3 || shape.step == 4 || shape.step == 7) {
      assertEquals(streamed, batched, shape.toString());
    } else {
      assertEquals(greatest(streamed), greatest(batched), shape.toString());
      assertEquals(greatest(batched).size(), batched.size(), "one final result of each key");
    }
  }

  @Test
  void aBatchThatFailsStartsAnewAndCommitsOnce() throws Exception {
    FAILURES_LEFT.set(2);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(
            new Configuration()
                .set(
                    RestartStrategyOptions.RESTART_STRATEGY,
                    RestartStrategyOptions.Strategy.FIXED_DELAY)
                .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 5)
                .set(
                    RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY,
                    Duration.ofMillis(10))
                .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(1)));
    environment.setParallelism(2).setRuntimeMode(RuntimeExecutionMode.BATCH);
    Ledger ledger = Ledger.open("batch-failing");
    environment
        .fromSequence(1, 50_000)
        .map(number -> new Event("key-" + number % 9_000, 0, 1))
        .keyBy(Event::key)
        .process(new Listing())
        .returns(Types.STRING)
        .map(
            result -> {
              if (FAILURES_LEFT.getAndDecrement() > 0) {
                throw new IllegalStateException("planned");
              }
              return result;
            })
        .sinkTo(ledger);
    JobDetails job = execute(environment);
    assertEquals(JobStatus.FINISHED, job.summary().status(), () -> String.valueOf(job.failures()));
    assertFalse(job.failures().isEmpty());
    assertEquals(1, job.checkpoints().counts().completed(), "the only checkpoint is the last");
    assertEquals(9_000, ledger.records().size());
    assertTrue(ledger.records().contains("key-1=6:6"), ledger.records().get(0));
  }
}
