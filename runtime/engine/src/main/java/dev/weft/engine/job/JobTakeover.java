package dev.weft.engine.job;

import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.checkpoint.RestorePoint;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.TaskReport;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.world.Oddity;
import dev.weft.engine.world.Rule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Takes a job over from an earlier leader. What is reported of the newest attempts goes on
 * undisturbed; regions that lack a subtask start again from the last checkpoint.
 */
final class JobTakeover {
  private final JobMaster job;
  private final JobContext context;
  private Reconciliation reconciliation;

  /** The regions that start again; the others are taken over. */
  private Set<Integer> lacking = Set.of();

  JobTakeover(JobMaster job) {
    this.job = job;
    this.context = job.context;
  }

  /** Waits for reports. */
  void await() {
    int attempt = context.journal.attempt();
    reconciliation =
        new Reconciliation(
            context.plan(),
            context.regions(),
            region -> context.journal.attemptAt(context.regions().placeOf(region)));
    job.transition(new JobState.Reconciling(attempt));
  }

  /** A worker's reports; false when they are of no use. */
  boolean reported(String workerId, Address data, List<TaskReport> reports) {
    reconciliation.add(workerId, data, reports);
    if (!reconciliation.isComplete() || context.world().odd(Oddity.REPORT_TOO_LATE)) {
      return true;
    }
    adoptIfRecordsAreWhole();
    return true;
  }

  private void adoptIfRecordsAreWhole() {
    long registered = job.coordinator.latest().map(RegisteredCheckpoint::id).orElse(0L);
    boolean fromAnotherJob =
        registered == 0 && context.configuration.contains(CheckpointingOptions.RESTORE_PATH);
    if (reconciliation.highestCompleted() > registered && !fromAnotherJob) {
      job.failures.unrecoverable(
          new FailureReport(
              ErrorCode.DATA,
              "Workers know of checkpoint "
                  + reconciliation.highestCompleted()
                  + ", the journal only of "
                  + registered
                  + ": its newest records are lost. Bring them back, or submit the job again with"
                  + " execution.state-recovery.path set to a checkpoint below "
                  + context.store.root(),
              "",
              ""));
      return;
    }
    adopt();
  }

  void taskChanged(String workerId, ToLeader.TaskChanged message) {
    reconciliation.taskChanged(workerId, message);
  }

  void workerLost(String workerId) {
    reconciliation.workerLost(workerId);
  }

  /** Not every subtask was reported in time. */
  void giveUp() {
    Set<?> missing = reconciliation.missing();
    job.failures.note(
        new FailureReport(
            ErrorCode.DEPENDENCY,
            "After the change of the leader "
                + missing.size()
                + " of "
                + context.plan().subtasks()
                + " subtasks were not found running",
            "",
            ""),
        "",
        "",
        "what lacks one starts again from the last checkpoint");
    Set<Integer> concerned = context.regions().withThoseBehind(reconciliation.lacking());
    if (concerned.size() < context.regions().count()) {
      lacking = concerned;
      adoptIfRecordsAreWhole();
      return;
    }
    job.snapshots.attemptEnded("the leader changed, and not every subtask was found running");
    context.services.slots().discardReported(context.jobId());
    JobState reconciling = job.state();
    job.coordinator.idSeen(reconciliation.highestCheckpoint());
    job.start()
        .prepare(
            () -> job.state() == reconciling,
            () -> job.start().allocate(),
            job.failures::unrecoverable);
  }

  private void adopt() {
    int number = context.journal.attempt();
    List<SlotProvider.Slot> slots =
        context.services.slots().adopt(context.jobId(), reconciliation.slots());
    job.transition(new JobState.Adopting(number));
    JobState adopting = job.state();
    BooleanSupplier wanted = () -> job.state() == adopting;
    job.coordinator.idSeen(reconciliation.highestCheckpoint());
    TaskTable tasks = reconciliation.table(slots, context.world().clock().currentTimeMillis());
    Set<Integer> goingOn = new TreeSet<>(context.regions().all());
    goingOn.removeAll(lacking);
    job.attempt(new Attempt(job, null, number, tasks, goingOn, null));
    job.start()
        .prepare(
            wanted,
            () -> {
              Attempt attempt = new Attempt(job, job.start().code(), number, tasks, goingOn, null);
              job.attempt(attempt);
              job.start().loadState(wanted, point -> continueWith(attempt, point));
            },
            job.failures::unrecoverable);
  }

  private void continueWith(Attempt attempt, RestorePoint point) {
    if (point.manifest() != null && !job.coordinator.registered().isEmpty()) {
      RegisteredCheckpoint newest = job.coordinator.latest().orElseThrow();
      if (newest.id() != point.manifest().checkpointId()) {
        job.failures.attemptFailed(
            new FailureReport(ErrorCode.DATA, point.warning(), "", ""),
            "",
            "",
            false,
            context.regions().all());
        return;
      }
    }
    if (point.manifest() != null) {
      job.coordinator.restored(point.manifest(), point.source());
    }
    JobState adopting = job.state();
    attempt.start(
        point.manifest(),
        context.world().keeps(Rule.KNOW_ASSIGNED_SPLITS) ? reconciliation.assigned() : Map.of(),
        whole -> {
          if (job.state() != adopting) {
            return;
          }
          if (whole) {
            goOn(attempt);
          } else {
            job.failures.note(
                new FailureReport(
                    ErrorCode.ENGINE,
                    "After the change of the leader a source can not tell which splits its readers"
                        + " have",
                    "",
                    ""),
                "",
                "",
                "the job starts again from its last checkpoint");
            job.failures.restart("a source can not be taken over", 0, context.regions().all());
          }
        });
  }

  private void goOn(Attempt attempt) {
    long epoch = context.services.epoch();
    long registered = job.coordinator.latest().map(RegisteredCheckpoint::id).orElse(0L);
    for (long id : reconciliation.acknowledgedAbove(registered)) {
      job.toWorkers(n -> new ToWorker.CheckpointAborted(epoch, context.jobId(), n, id));
    }
    if (registered > 0) {
      job.toWorkers(n -> new ToWorker.CheckpointCompleted(epoch, context.jobId(), n, registered));
    }
    if (!lacking.isEmpty()) {
      reconciliation.readersThatWait().forEach(t -> attempt.splitRequested(t, null));
      job.failures.running();
      attempt.release();
      job.failures.restart("subtasks were not found after the change of the leader", 0, lacking);
      return;
    }
    job.stages.begin();
    reconciliation.readersThatWait().forEach(t -> attempt.splitRequested(t, null));
    job.running();
  }
}
