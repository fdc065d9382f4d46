package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.DataStream;
import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.ClusterOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExecutionOptions;
import dev.weft.api.config.RestartStrategyOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.functions.RichMapFunction;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.SubtaskDetails;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.plugin.Plugins;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Groups of slots and near channels on several workers, also after a failure. */
class StepSettingsClusterTest {
  private static final String JOB = "0123456789abcdef0123456789abcdef";
  private static final int NUMBERS = 5_000;
  private static final AtomicInteger FAILURES_LEFT = new AtomicInteger();

  private Ledger ledger;

  @BeforeEach
  void openLedger(TestInfo test) {
    ledger = Ledger.open("step-settings-" + test.getDisplayName());
    FAILURES_LEFT.set(1);
  }

  private static Configuration options() {
    return new Configuration()
        .set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING)
        .set(RestartStrategyOptions.RESTART_STRATEGY, RestartStrategyOptions.Strategy.FIXED_DELAY)
        .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3)
        .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
  }

  private static LocalCluster cluster(Configuration options, int workers, int slots) {
    ClassLoader code = StepSettingsClusterTest.class.getClassLoader();
    return LocalCluster.start(
        new LocalCluster.Settings(
            options, Plugins.onClassPath(code), code, workers, slots, false, false));
  }

  /** Appends the number of the subtask. */
  private static final class Signing extends RichMapFunction<String, String> {
    @Override
    public String map(String value) {
      return value + ":" + getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    }
  }

  private static DataStream<String> numbers(StreamExecutionEnvironment environment) {
    return environment
        .fromSequence(0, NUMBERS - 1)
        .map(
            number -> {
              if (number == NUMBERS / 2 && FAILURES_LEFT.getAndDecrement() > 0) {
                throw new IllegalStateException("planned");
              }
              return "n" + number;
            });
  }

  private static JobDetails run(LocalCluster cluster, JobPlan plan) throws Exception {
    cluster.submit(plan);
    return cluster.ended(JOB).get(120, TimeUnit.SECONDS);
  }

  private static Set<String> workers(JobDetails job, int vertex) {
    return job.vertices().get(vertex).subtasks().stream()
        .map(SubtaskDetails::workerId)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Two subtasks read, two in a group of their own sign. */
  private JobPlan grouped(Configuration options) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(2).enableCheckpointing(20);
    numbers(environment)
        .map(new Signing())
        .slotSharingGroup("signing")
        .sinkTo(ledger)
        .slotSharingGroup("default");
    return Planner.plan(environment.pipeline("grouped"), JOB);
  }

  @Test
  void groupsTakeSlotsOfTheirOwn() throws Exception {
    Configuration options = options();
    JobPlan plan = grouped(options);
    assertEquals(4, plan.slots());
    try (LocalCluster cluster = cluster(options, 4, 1)) {
      JobDetails job = run(cluster, plan);
      assertEquals(JobStatus.FINISHED, job.summary().status(), () -> job.failures().toString());
      assertEquals(1, job.failures().size());
      Set<String> reading = workers(job, 0);
      Set<String> signing = workers(job, 1);
      assertEquals(2, reading.size());
      assertEquals(2, signing.size());
      assertEquals(reading, workers(job, 2), "what is in one group shares slots");
      signing.retainAll(reading);
      assertTrue(signing.isEmpty(), "slots of two groups on one-slot workers: " + signing);
    }
    assertEquals(NUMBERS, ledger.records().size());
    assertEquals(NUMBERS, ledger.records().stream().distinct().count());
  }

  @Test
  void aClusterWithoutSlotsForAllGroupsIsTooSmall() throws Exception {
    Configuration options =
        options().set(ClusterOptions.SLOT_REQUEST_TIMEOUT, Duration.ofMillis(200));
    try (LocalCluster cluster = cluster(options, 1, 3)) {
      JobDetails job = run(cluster, grouped(options));
      assertEquals(JobStatus.FAILED, job.summary().status());
      assertEquals(ErrorCode.RESOURCE, job.failures().get(0).cause().code());
      String why = job.failures().get(0).cause().message();
      assertTrue(why.contains("4 slots"), why);
    }
  }

  @Test
  void rescaledRecordsStayInTheirPart() throws Exception {
    Configuration options = options();
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(2).enableCheckpointing(20);
    // both first subtasks get records, whoever of the readers was first and read them all
    numbers(environment)
        .rebalance()
        .map(new Signing())
        .rescale()
        .map(new Signing())
        .setParallelism(5)
        .rescale()
        .map(new Signing())
        .setParallelism(2)
        .sinkTo(ledger);
    JobPlan plan = Planner.plan(environment.pipeline("rescaled"), JOB);
    try (LocalCluster cluster = cluster(options, 2, 3)) {
      JobDetails job = run(cluster, plan);
      assertEquals(JobStatus.FINISHED, job.summary().status(), () -> job.failures().toString());
      assertEquals(1, job.failures().size());
    }
    List<String> records = ledger.records();
    assertEquals(
        IntStream.range(0, NUMBERS).mapToObj(n -> "n" + n).sorted().toList(),
        records.stream().map(record -> record.split(":")[0]).sorted().toList());
    Set<String> ways =
        records.stream()
            .map(record -> record.substring(record.indexOf(':')))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(":0:0:0", ":0:1:0", ":1:2:1", ":1:3:1", ":1:4:1"), ways);
  }
}
