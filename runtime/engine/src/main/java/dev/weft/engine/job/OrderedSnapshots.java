package dev.weft.engine.job;

import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.checkpoint.OrderedSnapshot;
import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.world.Rule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The checkpoints and savepoints that people ordered, and the end of the job with one of them.
 *
 * <p>An order that ends the job is recorded before anything is done for it, so that a later leader
 * goes on with it: readers whose input was ended look to it like readers that have read everything.
 * When the attempt fails, the order is given up and the job goes on from its last checkpoint.
 */
public final class OrderedSnapshots {
  private static final int REPORTS_MAX = 50;
  private static final long DRAIN_AGAIN_MILLIS = 2_000;

  private final JobMaster job;
  private final Map<String, SnapshotReport> reports = new LinkedHashMap<>();
  private Order voided; // given up with its attempt
  private Order stop;

  OrderedSnapshots(JobMaster job) {
    this.job = job;
  }

  /**
   * Takes an order; an id that is known already changes nothing.
   *
   * @throws WeftException with code USER when it can not be carried out
   */
  public void order(SnapshotOrder wanted) {
    if (reports.containsKey(wanted.id())) {
      return;
    }
    if (!(job.state() instanceof JobState.Running)) {
      throw refused("it is " + job.state().status() + ", not RUNNING; try again when it runs");
    }
    if (job.context.plan().batch()) {
      throw refused("it runs as a batch, which takes none; set execution.runtime-mode: streaming");
    }
    if (stop != null) {
      throw refused("it is being stopped with a savepoint already");
    }
    SnapshotOrder placed =
        wanted.kind().isSavepoint()
            ? new SnapshotOrder(wanted.id(), wanted.kind(), directory(wanted.directory()))
            : wanted;
    Order order = new Order(placed);
    report(new SnapshotReport(placed, SnapshotReport.Status.IN_PROGRESS, 0, "", null));
    if (!placed.kind().stops()) {
      job.coordinator.order(order);
      return;
    }
    stop = order;
    if (!job.context.world().keeps(Rule.RECORD_STOPS)) {
      begin(order);
      return;
    }
    job.context.journal.registerStop(
        placed,
        () -> {
          if (stop == order && job.state() instanceof JobState.Running) {
            begin(order);
          }
        });
  }

  private WeftException refused(String why) {
    return new WeftException(
        ErrorCode.USER, "No snapshot of job " + job.jobId() + " is taken: " + why);
  }

  private String directory(String wanted) {
    String directory =
        wanted.isEmpty()
            ? job.context.configuration.get(CheckpointingOptions.SAVEPOINT_DIRECTORY)
            : wanted;
    if (directory == null || directory.isBlank()) {
      throw refused(
          "no directory is given: name one, or set "
              + CheckpointingOptions.SAVEPOINT_DIRECTORY.key());
    }
    while (directory.length() > 1 && directory.endsWith("/")) {
      directory = directory.substring(0, directory.length() - 1);
    }
    if (!directory.startsWith("/") && !directory.matches("[A-Za-z][A-Za-z0-9+.-]*:/.*")) {
      throw refused(
          "the directory '" + directory + "' is not absolute; begin it with / or hdfs:///");
    }
    if ((directory + "/").startsWith(job.context.store.root() + "/")) {
      throw refused(
          directory
              + " is where the job's own checkpoints lie, which are deleted with it; name another"
              + " directory");
    }
    return directory;
  }

  private void begin(Order order) {
    if (order.order().kind() == SnapshotOrder.Kind.STOP) {
      job.coordinator.order(order);
    } else {
      job.coordinator.drain(order);
      drainSources(order, job.attempt());
    }
  }

  /** Says it again and again, since messages get lost; readers that heard it do nothing. */
  private void drainSources(Order order, Attempt attempt) {
    if (stop != order || job.attempt() != attempt || !(job.state() instanceof JobState.Running)) {
      return;
    }
    long epoch = job.context.services.epoch();
    job.toWorkers(number -> new ToWorker.DrainSources(epoch, job.jobId(), number));
    attempt.lifetime.schedule(DRAIN_AGAIN_MILLIS, () -> drainSources(order, attempt));
  }

  /** The job runs: goes on with what an earlier leader was told. */
  void running() {
    SnapshotOrder recorded = job.context.journal.stop();
    if (recorded == null || stop != null) {
      return;
    }
    stop = new Order(recorded);
    report(new SnapshotReport(recorded, SnapshotReport.Status.IN_PROGRESS, 0, "", null));
    begin(stop);
  }

  /** Whether the job is being ended with a savepoint. */
  boolean isStopping() {
    return stop != null || job.context.journal.stop() != null;
  }

  /** Whether an order is under way. */
  boolean isBusy() {
    return reports.values().stream()
        .anyMatch(report -> report.status() == SnapshotReport.Status.IN_PROGRESS);
  }

  /** Whether readers were told to end their input for a savepoint. */
  boolean isDraining() {
    SnapshotOrder order = stop == null ? job.context.journal.stop() : stop.order();
    return order != null && order.kind() != SnapshotOrder.Kind.STOP;
  }

  /**
   * The attempt is over: an order to end the job with it is void, unless its checkpoint is being
   * registered already.
   */
  void attemptEnded(String why) {
    SnapshotOrder recorded = job.context.journal.stop();
    if (stop == null && recorded != null) {
      stop = new Order(recorded);
    }
    if (stop != null && !job.coordinator.registersLast()) {
      voided = stop;
      stop.failed(new FailureReport(ErrorCode.DEPENDENCY, why, "", ""));
    }
  }

  /** The job ended. */
  void jobEnded(JobState terminal) {
    SnapshotOrder recorded = job.context.journal.stop();
    RegisteredCheckpoint last =
        job.coordinator.latest().filter(RegisteredCheckpoint::last).orElse(null);
    boolean finished = terminal instanceof JobState.Finished && last != null;
    boolean registered = finished && !job.context.store.isOwn(last);
    Order order = stop != null || recorded == null ? stop : new Order(recorded);
    if (order == null && registered) {
      order = voided; // a leader before this one had registered its checkpoint after all
    }
    if (order == null) {
      return;
    }
    FailureReport why =
        terminal instanceof JobState.Failed failed
            ? failed.cause()
            : new FailureReport(
                ErrorCode.USER, "The job ended otherwise: " + terminal.status(), "", "");
    report(SnapshotReport.ofEnd(order.order(), last, finished ? null : why));
  }

  /** All orders that are remembered, the newest last. */
  List<SnapshotReport> reports() {
    return List.copyOf(reports.values());
  }

  private void report(SnapshotReport report) {
    reports.put(report.order().id(), report);
    if (reports.size() > REPORTS_MAX) {
      reports.remove(reports.keySet().iterator().next());
    }
  }

  /** An order on its way. */
  private final class Order implements OrderedSnapshot {
    private final SnapshotOrder order;

    Order(SnapshotOrder order) {
      this.order = order;
    }

    @Override
    public SnapshotOrder order() {
      return order;
    }

    @Override
    public void completed(long checkpointId, String path) {
      report(
          new SnapshotReport(
              order,
              order.kind().stops()
                  ? SnapshotReport.Status.IN_PROGRESS
                  : SnapshotReport.Status.COMPLETED,
              checkpointId,
              path,
              null));
    }

    @Override
    public void failed(FailureReport why) {
      report(new SnapshotReport(order, SnapshotReport.Status.FAILED, 0, "", why));
      if (stop != this) {
        return;
      }
      stop = null;
      if (!(job.state() instanceof JobState.Running)) {
        return; // the record of the next attempt forgets the order
      }
      if (order.kind() == SnapshotOrder.Kind.STOP) {
        job.context.journal.registerStop(null, () -> {});
      } else {
        job.failures.note(
            why, "", "", "the stop is given up; the job starts again from its last checkpoint");
        job.failures.restart(
            "the input was ended for a savepoint that failed", 0, job.context.regions().all());
      }
    }
  }
}
