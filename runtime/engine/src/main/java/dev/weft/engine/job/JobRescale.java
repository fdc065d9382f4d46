package dev.weft.engine.job;

import dev.weft.api.config.ClusterOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.checkpoint.OrderedSnapshot;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.RescaleOrder;
import dev.weft.engine.plan.RescaleReport;
import dev.weft.engine.plan.RescaleReport.Status;
import dev.weft.engine.plan.RescaleRequest;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.world.Loop;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Changes the parallelism of a running job: slots first, then a checkpoint, and only then the
 * failure regions of the vertices that change are ended and begin again with the new plan; the
 * others go on.
 *
 * <p>The new plan counts from the record of the attempt that begins with it. Whatever goes wrong
 * before leaves the job with the former one, whatever goes wrong later with the new one, unless
 * there are too few slots for it before it ran: then the job goes back.
 */
public final class JobRescale {
  private static final int REPORTS_MAX = 50;

  private final JobMaster job;
  private final JobContext context;
  private final Map<String, RescaleReport> reports = new LinkedHashMap<>();
  private RescaleOrder order; // null when none is under way
  private Phase phase;
  private Loop.Timer timeout;
  private JobPlan former; // what to go back to; null unless the new plan has yet to run

  private enum Phase {
    /** The order is being recorded, slots are awaited, or the checkpoint is being taken. */
    PREPARING,
    /** The regions that change are being ended. */
    ENDING,
    /** The new plan counts in this process. */
    BEGINNING
  }

  JobRescale(JobMaster job) {
    this.job = job;
    this.context = job.context;
    RescaleOrder recorded = context.journal.rescale();
    if (recorded != null) {
      boolean done = recorded.parallelisms().equals(context.plan().parallelisms());
      FailureReport why =
          new FailureReport(
              ErrorCode.DEPENDENCY,
              "The leader changed before the job was rescaled; " + kept(context.plan()),
              "",
              "");
      report(
          recorded,
          context.plan().parallelisms(),
          done ? Status.COMPLETED : Status.FAILED,
          done ? null : why);
    }
  }

  private static String kept(JobPlan plan) {
    return "it keeps the parallelisms " + plan.parallelisms() + " of its vertices";
  }

  /**
   * Takes an order; an id that is known already changes nothing.
   *
   * @throws WeftException with code USER when it can not be carried out
   */
  public void order(RescaleRequest request) {
    if (reports.containsKey(request.id())) {
      return;
    }
    if (!(job.state() instanceof JobState.Running)) {
      throw refused("it is " + job.state().status() + ", not RUNNING; try again when it runs");
    }
    if (context.plan().batch()) {
      throw refused("it runs as a batch; set execution.runtime-mode: streaming");
    }
    if (job.snapshots.isStopping()) {
      throw refused("it is being stopped with a savepoint");
    }
    if (order != null) {
      throw refused("it is being rescaled already; try again when that is done");
    }
    RescaleOrder wanted = request.resolve(context.plan());
    if (wanted.parallelisms().equals(context.plan().parallelisms())) {
      report(wanted, wanted.parallelisms(), Status.COMPLETED, null);
      return;
    }
    order = wanted;
    phase = Phase.PREPARING;
    report(wanted, context.plan().parallelisms(), Status.IN_PROGRESS, null);
    context.journal.registerRescale(wanted, () -> ifPreparing(wanted, this::awaitSlots));
  }

  private WeftException refused(String why) {
    return new WeftException(ErrorCode.USER, "Job " + job.jobId() + " is not rescaled: " + why);
  }

  private void ifPreparing(RescaleOrder wanted, Runnable action) {
    if (order == wanted && phase == Phase.PREPARING && job.state() instanceof JobState.Running) {
      action.run();
    }
  }

  /** How many slots the job is about to need; 0 when no more than it has. */
  int slotsWanted() {
    return order == null ? 0 : wanted().slots();
  }

  private void awaitSlots() {
    RescaleOrder wanted = order;
    int slots = slotsWanted();
    if (slots <= context.plan().slots()) {
      takeCheckpoint(wanted);
      return;
    }
    context.services.slotsNeededChanged();
    long timeoutMillis = context.configuration.get(ClusterOptions.SLOT_REQUEST_TIMEOUT).toMillis();
    timeout =
        context.lifetime.schedule(
            timeoutMillis, () -> ifPreparing(wanted, () -> giveUp(noSlots(slots, timeoutMillis))));
    context
        .services
        .slots()
        .request(
            job.jobId(),
            slots,
            job.attempt().tasks.livingSlots(),
            granted -> ifPreparing(wanted, () -> takeCheckpoint(wanted)));
  }

  private FailureReport noSlots(int slots, long timeoutMillis) {
    return new FailureReport(
        ErrorCode.RESOURCE,
        "The job waited "
            + timeoutMillis
            + " ms for "
            + slots
            + " slots: "
            + context.services.slots().waiting(job.jobId())
            + ". Ask for less, add resources, or raise "
            + ClusterOptions.SLOT_REQUEST_TIMEOUT.key()
            + "; "
            + kept(former == null ? context.plan() : former),
        "",
        "");
  }

  private void takeCheckpoint(RescaleOrder wanted) {
    cancelTimeout();
    job.coordinator.order(
        new OrderedSnapshot() {
          @Override
          public SnapshotOrder order() {
            return new SnapshotOrder(wanted.id(), SnapshotOrder.Kind.CHECKPOINT, "");
          }

          @Override
          public void completed(long checkpointId, String path) {
            context
                .world()
                .loop()
                .execute(
                    context.lifetime.guard(() -> ifPreparing(wanted, JobRescale.this::endRegions)));
          }

          @Override
          public void failed(FailureReport why) {
            ifPreparing(
                wanted,
                () ->
                    giveUp(
                        new FailureReport(
                            why.code(),
                            "The checkpoint to go on from failed: "
                                + why.message()
                                + "; "
                                + kept(context.plan()),
                            "",
                            "")));
          }
        });
  }

  private void endRegions() {
    if (job.snapshots.isStopping() || job.coordinator.hasLast()) {
      giveUp(
          new FailureReport(
              ErrorCode.USER, "The job is being stopped; " + kept(context.plan()), "", ""));
    } else if (job.snapshots.isBusy()) {
      takeCheckpoint(order); // behind what people wait for
    } else {
      phase = Phase.ENDING;
      job.failures.restart(
          "the job is rescaled", 0, context.regions().ofVertices(changed(wanted())));
    }
  }

  private JobPlan wanted() {
    return context.plan().withParallelisms(order.parallelisms());
  }

  /** The vertices in which another plan differs from the present one. */
  private Set<Integer> changed(JobPlan other) {
    Set<Integer> result = new TreeSet<>();
    for (int vertex = 0; vertex < other.vertices().size(); vertex++) {
      int parallelism = context.plan().vertices().get(vertex).parallelism();
      if (other.vertices().get(vertex).parallelism() != parallelism) {
        result.add(vertex);
      }
    }
    return result;
  }

  /** The regions that start again have ended: the plan changes if that is why. */
  void regionsEnded() {
    if (order != null && phase == Phase.ENDING) {
      former = context.plan();
      phase = Phase.BEGINNING;
      JobPlan wanted = wanted();
      job.failures.replan(wanted, changed(wanted));
      giveBackSlots();
    }
  }

  /** Every region runs. */
  void running() {
    if (order != null && phase == Phase.BEGINNING) {
      end(Status.COMPLETED, null);
    }
  }

  /** The attempt is over, while no region was ended to rescale the job. */
  void attemptEnded(String why) {
    if (order != null && phase == Phase.PREPARING) {
      giveUp(
          new FailureReport(
              ErrorCode.DEPENDENCY,
              "The job was not rescaled, since meanwhile its attempt failed: "
                  + why
                  + "; "
                  + kept(context.plan()),
              "",
              ""));
    }
  }

  /**
   * There are not enough slots for the next attempt.
   *
   * @return whether the job goes back to the plan that it had, which needs fewer
   */
  boolean revert(int slots, long timeoutMillis) {
    if (former == null || former.slots() >= slots) {
      return false;
    }
    FailureReport why = noSlots(slots, timeoutMillis);
    job.failures.replan(former, changed(former));
    giveUp(why);
    return true;
  }

  /** The job ended. */
  void jobEnded(JobState terminal) {
    if (order != null) {
      cancelTimeout();
      end(
          Status.FAILED,
          terminal instanceof JobState.Failed failed
              ? failed.cause()
              : new FailureReport(ErrorCode.USER, "The job ended: " + terminal.status(), "", ""));
    }
  }

  private void giveUp(FailureReport why) {
    cancelTimeout();
    end(Status.FAILED, why);
    giveBackSlots();
  }

  private void giveBackSlots() {
    JobPlan plan = context.plan();
    context
        .services
        .slots()
        .retain(job.jobId(), List.copyOf(job.attempt().tasks.slots(plan).values()), plan.slots());
    context.services.slotsNeededChanged();
  }

  private void end(Status status, FailureReport why) {
    RescaleOrder ended = order;
    order = null;
    former = null;
    report(ended, reports.get(ended.id()).before(), status, why);
  }

  private void cancelTimeout() {
    if (timeout != null) {
      timeout.cancel();
      timeout = null;
    }
  }

  /** What the job waits for because of an order; empty when it waits for nothing. */
  String waiting() {
    return timeout == null ? "" : context.services.slots().waiting(job.jobId());
  }

  /** All orders that are remembered, the newest last. */
  List<RescaleReport> reports() {
    return List.copyOf(reports.values());
  }

  private void report(RescaleOrder of, List<Integer> before, Status status, FailureReport failure) {
    reports.put(of.id(), new RescaleReport(of, before, status, failure));
    if (reports.size() > REPORTS_MAX) {
      reports.remove(reports.keySet().iterator().next());
    }
  }
}
