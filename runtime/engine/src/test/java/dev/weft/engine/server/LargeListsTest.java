package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.SingleOutputStreamOperator;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.MemorySize;
import dev.weft.api.config.RestartStrategyOptions;
import dev.weft.api.config.StateBackendOptions;
import dev.weft.api.config.TaskManagerOptions;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.CoGroupFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.co.ProcessJoinFunction;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.Planner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists, and a join that keeps its records in them, with more of them than the memory holds. */
class LargeListsTest {
  private static final String JOB = "7".repeat(32);
  private static final int KEYS = 20_000;
  private static final int EACH = 4;
  private static final int RECORDS = KEYS * EACH;

  @TempDir private Path directory;

  /** A record; each key has {@link #EACH}. */
  record Visit(long visitor, long time, String page) {}

  private static Visit visit(long number) {
    return new Visit(number * 7919 % KEYS, number, String.valueOf(number / KEYS).repeat(200));
  }

  /** Keeps all visits, and tells the pages when the last has come. */
  private static final class Gather extends KeyedProcessFunction<Long, Visit, String> {
    private transient ListState<Visit> visits;

    @Override
    public void open(OpenContext context) {
      visits = getRuntimeContext().getListState(new ListStateDescriptor<>("visits", Visit.class));
    }

    @Override
    public void processElement(Visit visit, Context ctx, Collector<String> out) throws Exception {
      visits.add(visit);
      StringBuilder pages = new StringBuilder();
      int count = 0;
      for (Visit each : visits.get()) {
        pages.append(each.page().charAt(0));
        count++;
      }
      if (count == EACH) {
        out.collect(visit.visitor() + "=" + pages);
      }
    }
  }

  private static final class Pairs extends ProcessJoinFunction<Visit, Visit, String> {
    @Override
    public void processElement(Visit left, Visit right, Context ctx, Collector<String> out) {
      out.collect(left.visitor() + "=" + left.page().charAt(0) + right.page().charAt(0));
    }
  }

  private static final class Together implements CoGroupFunction<Visit, Visit, String> {
    @Override
    public void coGroup(Iterable<Visit> first, Iterable<Visit> second, Collector<String> out) {
      long visitor = first.iterator().next().visitor();
      out.collect(visitor + "=" + pages(first) + pages(second));
    }

    private static String pages(Iterable<Visit> visits) {
      StringBuilder pages = new StringBuilder();
      for (Visit each : visits) {
        pages.append(each.page().charAt(0));
      }
      return pages.toString();
    }
  }

  /** What keeps lists. */
  private enum Step {
    PROCESS(1),
    INTERVAL_JOIN(EACH * EACH),
    CO_GROUP(1);

    final int resultsPerKey;

    Step(int resultsPerKey) {
      this.resultsPerKey = resultsPerKey;
    }

    boolean gives(String pages) {
      return switch (this) {
        case PROCESS -> pages.equals("0123");
        case INTERVAL_JOIN -> pages.length() == 2;
        case CO_GROUP -> pages.equals("01230123");
      };
    }
  }

  private Configuration options(int megabytes) {
    return new Configuration()
        .set(TaskManagerOptions.MANAGED_MEMORY, MemorySize.ofMebiBytes(megabytes))
        .set(RestartStrategyOptions.RESTART_STRATEGY, RestartStrategyOptions.Strategy.FIXED_DELAY)
        .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1)
        .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10))
        .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory.toUri().toString());
  }

  private static JobDetails run(Configuration options, Step step, Ledger ledger) throws Exception {
    try (LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(options, LargeListsTest.class.getClassLoader(), 1))) {
      cluster.submit(Planner.plan(program(options, step, ledger).pipeline("lists"), JOB));
      return cluster.ended(JOB).get(3, TimeUnit.MINUTES);
    }
  }

  @ParameterizedTest
  @CsvSource({"PROCESS, 10", "INTERVAL_JOIN, 56", "CO_GROUP, 24"})
  void aJobFinishesWhoseListsOutgrowTheHeap(Step step, int megabytes) throws Exception {
    Ledger ledger = Ledger.open("lists-" + System.identityHashCode(this));
    JobDetails job = run(options(megabytes), step, ledger);
    assertEquals(JobStatus.FINISHED, job.summary().status(), () -> "" + job.failures());
    assertEquals(1, job.failures().size(), "it outgrew the heap once");
    int[] results = new int[KEYS];
    for (String record : ledger.records()) {
      String[] parts = record.split("=");
      assertTrue(step.gives(parts[1]), record);
      results[Integer.parseInt(parts[0])]++;
    }
    for (int each : results) {
      assertEquals(step.resultsPerKey, each);
    }
  }

  @Test
  void onTheHeapOnlyTheyAreRefused() throws Exception {
    Configuration options =
        options(10).set(StateBackendOptions.STATE_BACKEND, StateBackendOptions.Backend.HASHMAP);
    Ledger ledger = Ledger.open("refused-" + System.identityHashCode(this));
    JobDetails job = run(options, Step.PROCESS, ledger);
    assertEquals(JobStatus.FAILED, job.summary().status());
    String failure = job.failures().toString();
    assertTrue(failure.contains("RESOURCE") && failure.contains("MiB"), failure);
  }

  private static SingleOutputStreamOperator<Visit> visits(
      StreamExecutionEnvironment environment, String name) {
    return environment.fromSource(
        new DataGeneratorSource<>(LargeListsTest::visit, TypeInformation.of(Visit.class), RECORDS),
        WatermarkStrategy.<Visit>forMonotonousTimestamps()
            .withTimestampAssigner((visit, before) -> visit.time()),
        name);
  }

  private static StreamExecutionEnvironment program(
      Configuration options, Step step, Ledger ledger) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(1);
    environment.setRuntimeMode(RuntimeExecutionMode.STREAMING);
    environment.enableCheckpointing(200);
    switch (step) {
      case INTERVAL_JOIN ->
          visits(environment, "left")
              .keyBy(Visit::visitor)
              .intervalJoin(visits(environment, "right").keyBy(Visit::visitor))
              .between(Duration.ofMillis(-RECORDS), Duration.ofMillis(RECORDS))
              .process(new Pairs())
              .returns(String.class)
              .sinkTo(ledger);
      case CO_GROUP ->
          visits(environment, "left")
              .coGroup(visits(environment, "right"))
              .where(Visit::visitor)
              .equalTo(Visit::visitor)
              .window(TumblingEventTimeWindows.of(Duration.ofMillis(RECORDS)))
              .apply(new Together())
              .returns(String.class)
              .sinkTo(ledger);
      case PROCESS ->
          visits(environment, "visits")
              .keyBy(Visit::visitor)
              .process(new Gather())
              .returns(String.class)
              .sinkTo(ledger);
    }
    return environment;
  }
}
