package dev.weft.simulator;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.connector.Sink;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.connectors.hdfs.sink.FileSink;
import dev.weft.engine.cluster.JobControl;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.world.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** One run of a job on a simulated cluster. Everything follows from the seed. */
public final class Simulation {
  static final String SOURCE = "ledger";
  private static final String JOB = "0123456789abcdef0123456789abcdef";
  private static final String APPLICATION = "/ha/application";
  private static final String OUTPUT = "/out";
  private static final long LIVENESS_MILLIS = 180_000;
  private static final long LOOK_NANOS = 50_000_000L;
  private static final AtomicLong RUNS = new AtomicLong();

  private final long seed;
  private final PlantedBug bug;
  private final long run = RUNS.incrementAndGet();
  private final SimulatedCluster cluster;
  private final FaultPlan faults;

  /** How a run went. */
  public record Result(
      long seed,
      long traceHash,
      long events,
      long simulatedMillis,
      long records,
      long checkpoints) {}

  /** A simulation of production code. */
  public Simulation(long seed) {
    this(seed, PlantedBug.NONE);
  }

  /** A simulation with a planted bug. */
  public Simulation(long seed, PlantedBug bug) {
    this.seed = seed;
    this.bug = bug;
    this.cluster = new SimulatedCluster(seed);
    this.faults = FaultPlan.draw(seed);
    if (bug == PlantedBug.EPOCH_CHECK_OFF) {
      cluster.coordination().disableFencing();
    }
  }

  /**
   * Runs the job under faults, then without until it has ended.
   *
   * @throws AssertionError when an invariant is broken or the job does not get on; the message says
   *     how to repeat the run
   */
  public Result run(Workload workload) {
    FileSink<LedgerRecord> sink =
        FileSink.<LedgerRecord>forRowFormat(OUTPUT, new LedgerEncoder()).build();
    LedgerChecks checks =
        new LedgerChecks(cluster, new LedgerChecks.Place(APPLICATION, JOB, OUTPUT), workload, sink);
    Processes processes =
        new Processes(cluster, Configuration.of(options()), APPLICATION, faults, bug, checks);
    cluster.afterEachEvent(
        () -> {
          String problem = SequenceChecker.takeProblem(run);
          if (problem != null) {
            checks.violate("I1", problem);
          }
        });
    try {
      live(workload, plan(workload, sink), checks, processes);
      return new Result(
          seed,
          cluster.traceHash(),
          cluster.eventCount(),
          cluster.nowMillis(),
          checks.visibleRecords(),
          checks.newestCheckpoint());
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(report(workload, e), e);
    } finally {
      SequenceChecker.takeProblem(run);
    }
  }

  private void live(Workload workload, JobPlan plan, LedgerChecks checks, Processes processes) {
    processes.start();
    submit(plan, processes);
    Nemesis nemesis = new Nemesis(cluster, faults, processes);
    nemesis.start();
    long end = cluster.nowMillis() + faults.forMillis();
    until(() -> cluster.nowMillis() >= end || processes.ended() != null, "time", Long.MAX_VALUE);
    nemesis.stop();
    if (workload.endless()) {
      long before = checks.newestCheckpoint();
      await("a new checkpoint", () -> checks.newestCheckpoint() > before, processes);
      await("job running", () -> status(processes) == JobStatus.RUNNING, processes);
      processes.jobs().cancel(JOB);
    }
    await("job ended", () -> processes.ended() != null, processes);
    JobStatus expected = workload.endless() ? JobStatus.CANCELED : JobStatus.FINISHED;
    JobDetails ended = processes.ended();
    if (ended.summary().status() != expected) {
      throw new AssertionError(
          "the job is " + ended.summary().status() + ", not " + expected + ": " + ended.failures());
    }
    checks.checkFinal();
    cluster.runFor(1_000);
  }

  private static JobStatus status(Processes processes) {
    JobControl jobs = processes.jobs();
    return jobs == null
        ? null
        : jobs.job(JOB).map(details -> details.summary().status()).orElse(null);
  }

  private void submit(JobPlan plan, Processes processes) {
    List<Outcome<String>> outcomes = new ArrayList<>();
    await("a leader", () -> processes.jobs() != null, processes);
    processes.jobs().submit(plan, List.of(), outcomes::add);
    await("the job taken", () -> !outcomes.isEmpty(), processes);
    if (outcomes.get(0) instanceof Outcome.Failure<String> failure) {
      throw new AssertionError("the job is refused", failure.cause());
    }
  }

  private void await(String what, BooleanSupplier condition, Processes processes) {
    if (!until(condition, what, cluster.nowMillis() + LIVENESS_MILLIS)) {
      JobControl jobs = processes.jobs();
      String state =
          jobs == null
              ? "nobody leads"
              : jobs.job(JOB)
                  .map(d -> d.summary() + " waits: " + d.waiting() + " failures: " + d.failures())
                  .orElse("the job is unknown");
      throw new AssertionError(
          "I8 broken: after "
              + LIVENESS_MILLIS
              + " simulated ms still not: "
              + what
              + "; "
              + state);
    }
  }

  /** Runs events until a condition holds, which is looked at now and then. */
  private boolean until(BooleanSupplier condition, String what, long endMillis) {
    long look = 0;
    while (true) {
      if (cluster.nowNanos() >= look) {
        if (condition.getAsBoolean()) {
          return true;
        }
        if (cluster.nowMillis() > endMillis) {
          return false;
        }
        look = cluster.nowNanos() + LOOK_NANOS;
      }
      if (!cluster.step()) {
        throw new AssertionError("nothing happens any more, still waiting for: " + what);
      }
    }
  }

  private static Map<String, String> options() {
    return Map.of(
        "heartbeat.interval", "500 ms",
        "heartbeat.timeout", "3 s",
        "jobmanager.reconcile.timeout", "3 s",
        "execution.checkpointing.dir", "/checkpoints");
  }

  private JobPlan plan(Workload workload, FileSink<LedgerRecord> sink) {
    Configuration configuration =
        Configuration.of(
            Map.of(
                "state.backend.heap.object-rows-max", seed % 3 == 0 ? "1000" : "2",
                "execution.checkpointing.dir", "/checkpoints",
                "execution.checkpointing.interval", workload.checkpointMillis() + " ms",
                "execution.runtime-mode", "STREAMING",
                "execution.checkpointing.timeout", "10 s",
                "execution.checkpointing.num-retained", String.valueOf(workload.retained()),
                "restart-strategy.type", "exponential-delay",
                "restart-strategy.exponential-delay.initial-backoff", "200 ms",
                "restart-strategy.exponential-delay.max-backoff", "2 s"));
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(configuration);
    environment.setParallelism(workload.parallelism());
    Sink<LedgerRecord> target =
        bug == PlantedBug.REUSED_TRANSACTION_ID ? new RepeatingSink<>(sink) : sink;
    environment
        .fromSource(
            new LedgerSource(seed, workload, seed % 2 == 0),
            WatermarkStrategy.noWatermarks(),
            "ledger")
        .uid(SOURCE)
        .keyBy(LedgerRecord::key)
        .process(new SequenceChecker(run, workload.keys(), workload.padding()))
        .uid("sequence")
        .sinkTo(target)
        .uid("files");
    return Planner.plan(environment.pipeline("ledger"), JOB);
  }

  private String report(Workload workload, Throwable problem) {
    return "seed "
        + seed
        + (bug == PlantedBug.NONE ? "" : " with planted bug " + bug)
        + ": "
        + problem.getMessage()
        + "\n"
        + workload
        + "\n"
        + faults
        + "\nreplay: mvn -q -pl itests/simulator -am test -Dtest=ReplayTest -Dweft.seed="
        + seed
        + (bug == PlantedBug.NONE ? "" : " -Dweft.bug=" + bug)
        + " -Dsurefire.failIfNoSpecifiedTests=false\n"
        + cluster.lastEvents();
  }
}
