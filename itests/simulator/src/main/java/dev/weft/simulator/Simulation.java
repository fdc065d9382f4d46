package dev.weft.simulator;

import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.connector.Sink;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.connectors.hdfs.sink.FileSink;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.cluster.JobControl;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.SnapshotReport;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.world.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** One run of a job on a simulated cluster. Everything follows from the seed. */
public final class Simulation {
  static final String SOURCE = "ledger";
  private static final String JOB = "0123456789abcdef0123456789abcdef";
  private static final String NEXT_JOB = "fedcba9876543210fedcba9876543210";
  private static final String SAVEPOINTS = "/savepoints";
  private static final String OUTPUT = "/out";
  private static final long LIVENESS_MILLIS = 180_000;
  private static final long LOOK_NANOS = 50_000_000L;
  private static final AtomicLong RUNS = new AtomicLong();

  private final long seed;
  private final PlantedBug bug;
  private final long run = RUNS.incrementAndGet();
  private final SimulatedCluster cluster;
  private final FaultPlan faults;
  private int orders;

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
    bug.broken().forEach(cluster::breakRule);
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
        new LedgerChecks(
            cluster, new LedgerChecks.Place(Processes.APPLICATION, JOB, OUTPUT), workload, sink);
    Processes processes = new Processes(cluster, Configuration.of(options()), faults, bug, checks);
    cluster.afterEachEvent(
        () -> {
          String problem = SequenceChecker.takeProblem(run);
          if (problem != null) {
            checks.violate("I1", problem);
          }
        });
    try {
      live(workload, sink, checks, processes);
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

  private void live(
      Workload workload, FileSink<LedgerRecord> sink, LedgerChecks checks, Processes processes) {
    processes.start();
    await("a leader", () -> processes.jobs() != null, JOB, processes);
    submit(JOB, plan(workload, sink, JOB, Map.of()), processes);
    Nemesis nemesis = new Nemesis(cluster, faults, processes);
    nemesis.start();
    long start = cluster.nowMillis();
    long end = start + faults.forMillis();
    cluster.after(faults.forMillis(), nemesis::stop);
    Upgrade upgrade = Upgrade.draw(seed, workload);
    if (upgrade.savepointMillis() > 0) {
      cluster.after(upgrade.savepointMillis(), () -> save(processes));
    }
    String job = JOB;
    if (upgrade.stopMillis() > 0) {
      long stop = start + upgrade.stopMillis();
      until(() -> cluster.nowMillis() >= stop, "time", Long.MAX_VALUE);
      job = upgrade(workload, sink, upgrade, checks, processes);
    }
    String last = job;
    until(
        () -> cluster.nowMillis() >= end || processes.ended(last) != null, "time", Long.MAX_VALUE);
    if (workload.endless()) {
      long before = checks.newestCheckpoint();
      await("a new checkpoint", () -> checks.newestCheckpoint() > before, job, processes);
      await("job running", () -> status(processes, last) == JobStatus.RUNNING, job, processes);
      processes.jobs().cancel(job);
    }
    await("job ended", () -> processes.ended(last) != null, job, processes);
    checkEnd(job, workload.endless() ? JobStatus.CANCELED : JobStatus.FINISHED, processes);
    checks.checkFinal();
    cluster.runFor(1_000);
  }

  private static void checkEnd(String job, JobStatus expected, Processes processes) {
    JobDetails ended = processes.ended(job);
    if (ended.summary().status() != expected) {
      throw new AssertionError(
          "the job is " + ended.summary().status() + ", not " + expected + ": " + ended.failures());
    }
  }

  private static JobStatus status(Processes processes, String job) {
    JobControl jobs = processes.jobs();
    return jobs == null
        ? null
        : jobs.job(job).map(details -> details.summary().status()).orElse(null);
  }

  private void save(Processes processes) {
    JobControl jobs = processes.jobs();
    if (jobs != null) {
      order(jobs, SnapshotOrder.Kind.SAVEPOINT);
    }
  }

  private void order(JobControl jobs, SnapshotOrder.Kind kind) {
    String id = "order-" + ++orders;
    try {
      jobs.order(JOB, new SnapshotOrder(id, kind, SAVEPOINTS));
      cluster.note("people", kind + " as " + id);

    } catch (WeftException e) {
      cluster.note("people", kind + " refused: " + e.getMessage());
    }
  }

  /** Stops the job until it is stopped, and starts another one from its savepoint. */
  private String upgrade(
      Workload workload,
      FileSink<LedgerRecord> sink,
      Upgrade upgrade,
      LedgerChecks checks,
      Processes processes) {

    await(
        "job stopped",
        () -> {
          JobControl jobs = processes.jobs();
          if (processes.ended(JOB) == null && jobs != null && !underWay(jobs)) {
            order(jobs, upgrade.kind());
          }
          return processes.ended(JOB) != null;
        },
        JOB,
        processes);
    checkEnd(JOB, JobStatus.FINISHED, processes);
    String location =
        processes.ended(JOB).snapshots().stream()
            .filter(report -> report.order().kind().stops())
            .filter(report -> report.status() == SnapshotReport.Status.COMPLETED)
            .map(SnapshotReport::location)
            .findFirst()
            .orElseThrow(() -> new AssertionError("the job ended without its savepoint"));
    checks.goesOn(NEXT_JOB, location, upgrade.claim());
    Map<String, String> more =
        Map.of(
            "execution.state-recovery.path",
            location,
            "execution.state-recovery.claim-mode",
            upgrade.claim() ? "CLAIM" : "NO_CLAIM",
            "parallelism.default",
            String.valueOf(upgrade.parallelism()));
    submit(NEXT_JOB, plan(workload, sink, NEXT_JOB, more), processes);
    return NEXT_JOB;
  }

  private static boolean underWay(JobControl jobs) {
    return jobs.job(JOB).map(JobDetails::snapshots).orElse(List.of()).stream()
        .anyMatch(
            report ->
                report.order().kind().stops()
                    && report.status() == SnapshotReport.Status.IN_PROGRESS);
  }

  /** Submits a job until it is taken; a leader may go before it says so. */
  private void submit(String job, JobPlan plan, Processes processes) {
    List<Outcome<String>> outcomes = new ArrayList<>();
    JobControl[] asked = {null};
    await(
        "the job taken",
        () -> {
          JobControl jobs = processes.jobs();
          if (jobs == null) {
            return false;
          }
          if (jobs.job(job).isPresent()) {
            return true;
          }
          boolean failed = false;
          for (Outcome<String> outcome : outcomes) {
            if (outcome instanceof Outcome.Failure<String> failure) {
              failed = true;
              WeftException why = (WeftException) failure.cause();
              if (why.code() != ErrorCode.DEPENDENCY) {
                throw new AssertionError("the job is refused", why);
              }
            }
          }
          if (jobs != asked[0] || failed) {
            outcomes.clear();
            asked[0] = jobs;
            jobs.submit(plan, List.of(), outcomes::add);
          }
          return false;
        },
        job,
        processes);
  }

  private void await(String what, BooleanSupplier condition, String job, Processes processes) {
    long faultless = Math.max(cluster.nowMillis(), faults.forMillis());
    if (!until(condition, what, faultless + LIVENESS_MILLIS)) {
      JobControl jobs = processes.jobs();
      String state =
          jobs == null
              ? "nobody leads"
              : jobs.job(job)
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

  private JobPlan plan(
      Workload workload, FileSink<LedgerRecord> sink, String job, Map<String, String> more) {
    Map<String, String> options = new TreeMap<>();
    options.putAll(
        Map.of(
            "execution.checkpointing.dir", "/checkpoints",
            "execution.checkpointing.interval", workload.checkpointMillis() + " ms",
            "execution.runtime-mode", "STREAMING",
            "execution.checkpointing.timeout", "10 s",
            "execution.checkpointing.num-retained", String.valueOf(workload.retained()),
            "restart-strategy.type", "exponential-delay",
            "restart-strategy.exponential-delay.initial-backoff", "200 ms",
            "restart-strategy.exponential-delay.max-backoff", "2 s"));
    options.put(
        "execution.checkpointing.aligned-checkpoint-timeout", workload.hasty() ? "0 ms" : "1 s");
    options.put("state.backend.heap.object-rows-max", seed % 3 == 0 ? "1000" : "2");
    options.put("parallelism.default", String.valueOf(workload.parallelism()));
    options.putAll(more);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(Configuration.of(options));
    Sink<LedgerRecord> target =
        bug == PlantedBug.REUSED_TRANSACTION_ID ? new RepeatingSink<>(sink) : sink;
    environment.setRuntimeMode(RuntimeExecutionMode.STREAMING);
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
    return Planner.plan(environment.pipeline("ledger"), job);
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
