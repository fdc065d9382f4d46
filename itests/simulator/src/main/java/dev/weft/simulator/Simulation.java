package dev.weft.simulator;

import dev.weft.api.config.Configuration;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.cluster.JobControl;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.SnapshotReport;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.RescaleReport;
import dev.weft.engine.plan.RescaleRequest;
import dev.weft.engine.protocol.VertexSpec;
import dev.weft.engine.simulated.FaultLog;
import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.world.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** One run of one or two jobs on a simulated cluster. Everything follows from the seed. */
public final class Simulation {
  private static final String JOB = "0123456789abcdef0123456789abcdef";
  private static final String NEXT_JOB = "fedcba9876543210fedcba9876543210";
  private static final String SECOND_JOB = "00112233445566778899aabbccddeeff";
  private static final String SAVEPOINTS = "/savepoints";
  private static final long LIVENESS_MILLIS = 180_000;
  private static final long LOOK_NANOS = 50_000_000L;

  private final long seed;
  private final PlantedBug bug;
  private final SimulatedCluster cluster;
  private final FaultPlan faults;
  private int orders;

  /**
   * How a run went.
   *
   * @param faults how many of each kind happened
   */
  public record Result(
      long seed,
      long traceHash,
      long events,
      long simulatedMillis,
      long records,
      long checkpoints,
      Map<String, Integer> faults) {}

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

  /** The faults that happened, to repeat the run with some of them; see {@link #allowOnly}. */
  FaultLog faultLog() {
    return cluster.faultLog();
  }

  /** Of all faults only these happen. Before {@link #run}. */
  Simulation allowOnly(Set<String> some) {
    cluster.faultLog().allowOnly(some);
    return this;
  }

  /**
   * Runs the jobs of the seed under faults, then without until they have ended.
   *
   * @throws AssertionError when an invariant is broken or a job does not get on; the message says
   *     how to repeat the run
   */
  public Result run() {
    Workload workload = Workload.draw(seed);
    SimulatedJob first = new SimulatedJob(cluster, JOB, "/out", workload, bug);
    Companion companion = Companion.draw(seed);
    SimulatedJob second =
        companion.comes()
            ? new SimulatedJob(cluster, SECOND_JOB, "/out-2", companion.workload(), PlantedBug.NONE)
            : null;
    Map<String, String> drawn = new TreeMap<>(Swarm.draw(seed).cluster());
    if (bug == PlantedBug.SILENCE_IGNORED) {
      drawn.put("heartbeat.timeout", "1 d");
    }
    Configuration options = Configuration.of(drawn);
    Processes processes =
        new Processes(cluster, options, faults, bug, first.checks, first.isBatch());
    try {
      live(first, second, companion, processes);
      return new Result(
          seed,
          cluster.traceHash(),
          cluster.eventCount(),
          cluster.nowMillis(),
          first.checks.visibleRecords(),
          first.checks.newestCheckpoint(),
          cluster.faultLog().counts());
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(report(first, second, e), e);
    } finally {
      first.close();
      if (second != null) {
        second.close();
      }
    }
  }

  private void live(
      SimulatedJob first, SimulatedJob second, Companion companion, Processes processes) {
    processes.start();
    await("a leader", () -> processes.jobs() != null, JOB, processes);
    submit(JOB, first.plan(Map.of()), processes);
    Nemesis nemesis = new Nemesis(cluster, faults, processes);
    nemesis.start();
    long start = cluster.nowMillis();
    long end = start + faults.forMillis();
    cluster.after(faults.forMillis(), nemesis::stop);
    if (second != null) {
      submit(SECOND_JOB, second.plan(Map.of()), processes);
      if (companion.cancelMillis() > 0) {
        cluster.after(companion.cancelMillis(), () -> cancel(second, processes));
      }
    }
    Upgrade upgrade = Upgrade.draw(seed, first.workload);
    if (upgrade.savepointMillis() > 0) {
      cluster.after(upgrade.savepointMillis(), () -> save(processes));
    }
    for (Rescales.Rescale each : Rescales.draw(seed).all()) {
      cluster.after(each.afterMillis(), () -> rescale(first.id(), each, processes));
    }
    if (upgrade.stopMillis() > 0) {
      long stop = start + upgrade.stopMillis();
      until(() -> cluster.nowMillis() >= stop, "time", Long.MAX_VALUE);
      upgrade(first, upgrade, processes);
    }
    until(
        () -> cluster.nowMillis() >= end || processes.ended(first.id()) != null,
        "time",
        Long.MAX_VALUE);
    finish(first, processes);
    if (second != null) {
      finishSecond(second, companion, processes);
    }
    cluster.runFor(1_000);
    first.checks.checkNothingStaged();
    if (second != null) {
      second.checks.checkNothingStaged();
    }
  }

  private void finish(SimulatedJob job, Processes processes) {
    JobStatus expected = JobStatus.FINISHED;
    if (job.workload.endless()) {
      long before = job.checks.newestCheckpoint();
      await("a new checkpoint", () -> job.checks.newestCheckpoint() > before, job.id(), processes);
      await(
          "job running",
          () -> status(processes, job.id()) == JobStatus.RUNNING,
          job.id(),
          processes);
      await("rescaled", () -> rescaled(processes, job.id()), job.id(), processes);
      cutPair(job, processes);
      if (job.graph.exact()) {
        expected = JobStatus.CANCELED;
        processes.jobs().cancel(job.id());
      } else {
        // what waits in state comes out at the end of time only
        stop(job.id(), SnapshotOrder.Kind.DRAIN, processes);
      }
    }
    await("job ended", () -> processes.ended(job.id()) != null, job.id(), processes);
    checkEnd(job.id(), expected, processes);
    job.checks.checkFinal();
  }

  /** Two workers of the job no longer reach each other: it must go on without one of them. */
  private void cutPair(SimulatedJob job, Processes processes) {
    JobControl jobs = processes.jobs();
    PairCut cut =
        jobs == null
            ? null
            : jobs.job(job.id())
                .map(details -> PairCut.draw(cluster, Swarm.draw(seed), jobs, details))
                .orElse(null);
    if (cut == null || !cluster.faultLog().occasion(PairCut.FAULT, true)) {
      return;
    }
    cluster.network().cut(cut.one(), cut.other());
    // what is under way needs nobody: the next checkpoint may still be complete
    long after = cluster.nowMillis() + PairCut.NOTICED_MILLIS;
    until(() -> cluster.nowMillis() >= after, "time", Long.MAX_VALUE);
    long before = job.checks.newestCheckpoint();
    if (!until(
        () -> job.checks.newestCheckpoint() > before,
        "a checkpoint without the pair",
        after + PairCut.BOUND_MILLIS)) {
      throw new AssertionError(
          "I13 broken: no checkpoint within "
              + PairCut.BOUND_MILLIS
              + " simulated ms, although the job can do without one of "
              + cut);
    }
    cluster.network().heal();
  }

  private void finishSecond(SimulatedJob second, Companion companion, Processes processes) {
    await("second job ended", () -> processes.ended(SECOND_JOB) != null, SECOND_JOB, processes);
    if (companion.cancelMillis() > 0
        && processes.ended(SECOND_JOB).summary().status() == JobStatus.CANCELED) {
      second.checks.checkNothing();
    } else {
      checkEnd(SECOND_JOB, JobStatus.FINISHED, processes);
      second.checks.checkFinal();
    }
  }

  private static void checkEnd(String job, JobStatus expected, Processes processes) {
    JobDetails ended = processes.ended(job);
    if (ended.summary().status() != expected) {
      throw new AssertionError(
          "I11 broken: the job is "
              + ended.summary().status()
              + ", not "
              + expected
              + ": "
              + ended.failures());
    }
  }

  private static JobStatus status(Processes processes, String job) {
    JobControl jobs = processes.jobs();
    return jobs == null
        ? null
        : jobs.job(job).map(details -> details.summary().status()).orElse(null);
  }

  private void cancel(SimulatedJob job, Processes processes) {
    JobControl jobs = processes.jobs();
    if (jobs != null && jobs.job(job.id()).isPresent()) {
      cluster.note("people", "cancel " + job.id());
      jobs.cancel(job.id());
    }
  }

  private void save(Processes processes) {
    JobControl jobs = processes.jobs();
    if (jobs != null) {
      order(JOB, jobs, SnapshotOrder.Kind.SAVEPOINT);
    }
  }

  private void order(String job, JobControl jobs, SnapshotOrder.Kind kind) {
    String id = "order-" + ++orders;
    try {
      jobs.order(job, new SnapshotOrder(id, kind, SAVEPOINTS));
      cluster.note("people", kind + " as " + id);
    } catch (WeftException e) {
      cluster.note("people", kind + " refused: " + e.getMessage());
    }
  }

  private void rescale(String job, Rescales.Rescale wanted, Processes processes) {
    JobControl jobs = processes.jobs();
    JobDetails details = jobs == null ? null : jobs.job(job).orElse(null);
    if (details == null) {
      return;
    }
    List<VertexSpec> vertices = details.plan().vertices();
    boolean single = wanted.vertex() >= 0;
    RescaleRequest request =
        new RescaleRequest(
            "rescale-" + ++orders,
            single ? 0 : wanted.parallelism(),
            single
                ? Map.of(vertices.get(wanted.vertex() % vertices.size()).id(), wanted.parallelism())
                : Map.of());
    try {
      jobs.rescale(job, request);
      cluster.note("people", request.toString());
    } catch (WeftException e) {
      cluster.note("people", "rescale refused: " + e.getMessage());
    }
  }

  /** Whether no change of the parallelism is under way; fails when an answer is not true. */
  private static boolean rescaled(Processes processes, String job) {
    JobControl jobs = processes.jobs();
    JobDetails details = jobs == null ? null : jobs.job(job).orElse(null);
    if (details == null) {
      return false;
    }
    List<Integer> told = null;
    for (RescaleReport report : details.rescales()) {
      if (report.status() == RescaleReport.Status.IN_PROGRESS) {
        return false;
      }
      boolean completed = report.status() == RescaleReport.Status.COMPLETED;
      told = completed ? report.order().parallelisms() : report.before();
    }
    if (told != null && !told.equals(details.plan().parallelisms())) {
      throw new AssertionError(
          "I12 broken: the job has the parallelisms "
              + details.plan().parallelisms()
              + ", but the answer was "
              + details.rescales());
    }
    return true;
  }

  /** Orders a stop until the job is stopped. */
  private void stop(String job, SnapshotOrder.Kind kind, Processes processes) {
    await(
        "job stopped",
        () -> {
          JobControl jobs = processes.jobs();
          if (processes.ended(job) == null && jobs != null && !underWay(job, jobs)) {
            order(job, jobs, kind);
          }
          return processes.ended(job) != null;
        },
        job,
        processes);
  }

  /** Stops the job until it is stopped, and starts another one from its savepoint. */
  private void upgrade(SimulatedJob job, Upgrade upgrade, Processes processes) {
    stop(JOB, upgrade.kind(), processes);
    checkEnd(JOB, JobStatus.FINISHED, processes);
    String location =
        processes.ended(JOB).snapshots().stream()
            .filter(report -> report.order().kind().stops())
            .filter(report -> report.status() == SnapshotReport.Status.COMPLETED)
            .map(SnapshotReport::location)
            .findFirst()
            .orElseThrow(
                () -> new AssertionError("I11 broken: the job ended without its savepoint"));
    job.goesOn(NEXT_JOB, location, upgrade.claim());
    Map<String, String> more =
        Map.of(
            "execution.state-recovery.path",
            location,
            "execution.state-recovery.claim-mode",
            upgrade.claim() ? "CLAIM" : "NO_CLAIM",
            "parallelism.default",
            String.valueOf(upgrade.parallelism()));
    submit(NEXT_JOB, job.plan(more), processes);
  }

  private static boolean underWay(String job, JobControl jobs) {
    return jobs.job(job).map(JobDetails::snapshots).orElse(List.of()).stream()
        .anyMatch(
            report ->
                report.order().kind().stops()
                    && report.status() == SnapshotReport.Status.IN_PROGRESS);
  }

  /**
   * Submits a job until it is taken. A leader may go before it says so; what it answers after
   * another was asked is not heard.
   */
  private void submit(String job, JobPlan plan, Processes processes) {
    List<Outcome<String>> outcomes = new ArrayList<>();
    JobControl[] asked = {null};
    await(
        "the job taken",
        () -> {
          JobControl jobs = processes.jobs();
          if (jobs == null || asked[0] != null && jobs.epoch() < asked[0].epoch()) {
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
                throw new AssertionError("I11 broken: the job is refused", why);
              }
            }
          }
          if (jobs != asked[0] || failed) {
            outcomes.clear();
            asked[0] = jobs;
            jobs.submit(
                plan,
                List.of(),
                outcome -> {
                  if (asked[0] == jobs) {
                    outcomes.add(outcome);
                  }
                });
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
        throw new AssertionError("I8 broken: nothing happens any more, still not: " + what);
      }
    }
  }

  private String report(SimulatedJob first, SimulatedJob second, Throwable problem) {
    String planted = bug == PlantedBug.NONE ? "" : " " + bug;
    return "seed "
        + seed
        + (bug == PlantedBug.NONE ? "" : " with planted bug " + bug)
        + ": "
        + (problem instanceof AssertionError
            ? problem.getMessage()
            : "a control thread ended: " + problem)
        + "\n"
        + first
        + (second == null ? "" : "\nbeside " + second)
        + "\n"
        + Swarm.draw(seed)
        + "\n"
        + faults
        + "\nreplay: itests/simulator/run seed "
        + seed
        + planted
        + "\nsmallest set of faults: itests/simulator/run minimise "
        + seed
        + planted
        + "\n"
        + cluster.lastEvents();
  }
}
