package dev.weft.engine.job;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.checkpoint.FailureEntry;
import dev.weft.engine.checkpoint.Failures;
import dev.weft.engine.job.failure.FailureHistory;
import dev.weft.engine.job.failure.RestartPolicy;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.FailureReport;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides what follows a failure of a job, carries it out and keeps the record for people. */
final class JobFailures {
  private static final Logger LOG = LoggerFactory.getLogger(JobFailures.class);

  private final JobMaster job;
  private final JobContext context;
  private final FailureHistory history = new FailureHistory();
  private final RestartPolicy policy;
  private String lastCauseKey = "";
  private boolean restartDue;
  private boolean restartTornDown;

  /** The failure regions that are being started, for the first time or again. */
  private Set<Integer> affected;

  JobFailures(JobMaster job) {
    this.job = job;
    this.context = job.context;
    this.policy =
        new RestartPolicy(context.configuration, context.plan().bounded(), context.world());
    this.affected = context.regions().all();
  }

  /** Goes on from what an earlier leader recorded, the newest first. */
  void recovered(List<FailureEntry> past) {
    for (int i = past.size() - 1; i >= 0; i--) {
      history.add(past.get(i));
    }
  }

  /** The newest first. */
  List<FailureEntry> all() {
    return history.all();
  }

  /** The regions that the next attempt begins, or that the present one began. */
  Set<Integer> affected() {
    return affected;
  }

  /** A checkpoint of the running job is complete. */
  void gotOn() {
    policy.gotOn();
  }

  /** Every region runs. */
  void running() {
    affected = Set.of();
  }

  /**
   * From now on another plan counts; the regions of the vertices in which it differs have ended.
   *
   * @param changed those vertices
   */
  void replan(JobPlan next, Set<Integer> changed) {
    Set<Integer> regions = new TreeSet<>(affected);
    regions.removeAll(context.regions().ofVertices(changed));
    context.replan(next);
    regions.addAll(context.regions().ofVertices(changed));
    affected = regions;
  }

  /** Whether a region runs on while others are being started again. */
  boolean goesOn(int region) {
    boolean restarting =
        job.state() instanceof JobState.Restarting || job.state() instanceof JobState.Allocating;
    return restarting && !affected.contains(region);
  }

  /**
   * Something ended the current attempt of failure regions.
   *
   * @param regions those that it concerns
   */
  void attemptFailed(
      FailureReport why, String task, String workerId, boolean lostWorker, Set<Integer> regions) {
    if (why.peer() != null) {
      context.services.slots().parted(workerId, why.peer());
    }
    if (!job.isActive() && regions.stream().noneMatch(this::goesOn)) {
      noteConcurrent(why, workerId, lostWorker);
      return;
    }
    lastCauseKey =
        lostWorker
            ? "worker lost"
            : why.code() + "@" + (why.location().isEmpty() ? task : why.location());
    if (why.damagedFile() != null) {
      job.start().suspect(why.damagedFile());
    }
    if (job.coordinator.registersLast()) {
      // its output may be visible as soon as the record is: nothing but the end can follow
      note(why, task, workerId, "the job ends all the same: its last checkpoint is complete");
      restart(why.message(), 0, regions);
      return;
    }
    boolean unfit = why.code() == ErrorCode.USER || why.code() == ErrorCode.DATA;
    if (unfit && job.start().isFromNamedState()) {
      fail(why, task, workerId, "the job fails: it can not start from that state");
      return;
    }
    if (why.isLasting()) {
      fail(why, task, workerId, "the job fails: another attempt would, too");
      return;
    }
    boolean outside = lostWorker || why.code() == ErrorCode.DEPENDENCY;
    OptionalLong delay = policy.onFailure(lastCauseKey, lostWorker, outside);
    if (delay.isEmpty()) {
      fail(why, task, workerId, "the job fails: restarts by " + policy.name() + " are used up");
    } else {
      note(why, task, workerId, "restarts in " + delay.getAsLong() + " ms");
      restart(why.message(), delay.getAsLong(), regions);
    }
  }

  /** A subtask that had done all its work did not close cleanly. */
  void closed(FailureReport why, String task, String workerId) {
    note(why, task, workerId, "the job ends all the same: the subtask had done its work");
  }

  private void noteConcurrent(FailureReport why, String workerId, boolean lostWorker) {
    if (job.attempt() == null || job.state().status().isTerminal()) {
      return;
    }
    if (lostWorker) {
      if (history.addLostWorker(job.attempt().number, workerId, why)) {
        policy.wasLostWorker(lastCauseKey);
      }
    } else {
      history.addConcurrent(job.attempt().number, why);
    }
  }

  void note(FailureReport why, String task, String workerId, String consequence) {
    int number = job.attempt() == null ? context.journal.attempt() : job.attempt().number;
    LOG.warn(
        "Job {} ({}): attempt {}: {} {}{}; {}",
        context.plan().name(),
        job.jobId(),
        number,
        why.code(),
        why.message(),
        task.isEmpty() ? "" : ", in " + task,
        consequence);
    history.add(
        new FailureEntry(
            context.world().clock().currentTimeMillis(),
            number,
            why,
            task,
            workerId,
            consequence,
            List.of()));
  }

  /**
   * Ends the attempt of regions, and of all behind them, which may have seen other records, and
   * begins the next one after a delay; the others go on, and what is done is not repeated.
   */
  void restart(String cause, long delayMillis, Set<Integer> regions) {
    Set<Integer> all = new TreeSet<>(affected);
    all.addAll(
        job.snapshots.isDraining()
            ? context.regions().all()
            : context.regions().withThoseBehind(regions));
    affected = all;
    job.transition(new JobState.Restarting(cause, delayMillis));
    job.snapshots.attemptEnded(cause);
    job.rescale.attemptEnded(cause);
    restartDue = false;
    restartTornDown = false;
    JobState restarting = job.state();
    context.lifetime.schedule(
        delayMillis,
        () -> {
          if (job.state() == restarting) {
            restartDue = true;
            restartIfPossible();
          }
        });
    job.tearDown()
        .begin(
            "the attempt failed",
            affected,
            () -> {
              restartTornDown = true;
              restartIfPossible();
            });
  }

  private void restartIfPossible() {
    JobState restarting = job.state();
    if (job.state() instanceof JobState.Restarting && restartDue && restartTornDown) {
      job.start().prepare(() -> job.state() == restarting, this::goOn, this::unrecoverable);
    }
  }

  /** An attempt after the last checkpoint would be for nothing, and would void an order to stop. */
  private void goOn() {
    if (job.coordinator.hasLast()) {
      job.stopping();
    } else {
      job.rescale.regionsEnded();
      job.start().allocate();
    }
  }

  /** Ends the job by a failure that is recorded. */
  void fail(FailureReport why, String task, String workerId, String consequence) {
    note(why, task, workerId, consequence);
    job.transition(new JobState.Failing(why));
    job.tearDown().begin("the job fails", context.regions().all(), () -> job.ending().failed(why));
  }

  /**
   * The job can not be recovered now: everything is kept, nothing is recorded. A leader that was
   * deposed meanwhile says nothing, since files that it misses may be those that its successor's
   * checkpoints have replaced.
   */
  void unrecoverable(FailureReport why) {
    note(why, "", "", "the job does not run; everything is kept");
    boolean reconciling = job.isReconciling();
    job.transition(new JobState.Failing(why));
    if (reconciling) {
      context.services.slots().discardReported(job.jobId());
    }
    job.tearDown()
        .begin(
            "the job can not be recovered",
            context.regions().all(),
            () -> context.journal.confirm(() -> job.ended(new JobState.Failed(why, false))));
  }

  /** Output can never be committed. */
  void commitImpossible(FailureReport why) {
    if (job.state() instanceof JobState.Failing || job.state() instanceof JobState.Cancelling) {
      note(why, "", "", "what was staged stays where it is");
      return;
    }
    fail(why, "", "", "the job fails, since trying again can not help");
  }

  void enumeratorFailed(String uid, Throwable cause) {
    FailureReport why = Failures.report(cause, ErrorCode.USER, "enumerator of source " + uid);
    boolean neverRan = job.attempt().number == 1 && !job.attempt().haveStarted(uid);
    if (neverRan && why.code() == ErrorCode.USER && job.isActive()) {
      fail(why, "", "", "the job fails, since it never ran");
    } else {
      int region = context.regions().ofSource(context.plan().sources().get(uid));
      attemptFailed(why, "", "", false, Set.of(region));
    }
  }
}
