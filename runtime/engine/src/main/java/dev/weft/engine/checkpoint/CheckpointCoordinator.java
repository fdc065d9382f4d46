package dev.weft.engine.checkpoint;

import static dev.weft.engine.world.Verify.verify;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.CheckpointKind;
import dev.weft.engine.protocol.CommittableBytes;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.world.Background;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Oddity;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.Rule;
import dev.weft.engine.world.World;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the checkpoints of one job, one at a time: directory, enumerators and barriers,
 * acknowledgements of all subtasks, manifest, registration in the journal; only then the checkpoint
 * is complete, workers are told, output is committed and older checkpoints go. Until registration
 * begins a checkpoint may be given up at any moment; from then on its outcome is awaited.
 */
public final class CheckpointCoordinator {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointCoordinator.class);
  private static final long IDS_RESERVED_AT_ONCE = 64;
  private static final long RETRY_MILLIS = 1_000;

  private final World world;
  private final CheckpointSettings settings;
  private final Parts parts;
  private final String jobId;
  private final CheckpointedJob job;
  private final RetainedCheckpoints retained;
  private final CheckpointHistory history = new CheckpointHistory();
  private final Background.Lane lane;

  private int attempt;
  private boolean active;
  private boolean suspended;
  private boolean lastWanted;
  private boolean lastRegistered;
  private boolean draining;
  private OrderedSnapshot lastOrder;
  private final Deque<OrderedSnapshot> orders = new ArrayDeque<>();
  private boolean reserving;
  private long nextId;
  private long latestKnown;
  private PendingCheckpoint pending;
  private Loop.Timer deadline;
  private Loop.Timer next;
  private boolean firstStandsAlone;
  private long lastTriggerNanos;
  private long lastEndNanos;
  private Runnable quiet;

  /** What the coordinator works with. */
  public record Parts(
      Lifetime lifetime,
      CheckpointStore store,
      JobJournal journal,
      CommitCoordinator commits,
      long epoch) {}

  /** A coordinator that does nothing before {@link #start}. */
  public CheckpointCoordinator(
      World world, CheckpointSettings settings, String jobId, Parts parts, CheckpointedJob job) {
    this.world = world;
    this.settings = settings;
    this.jobId = jobId;
    this.parts = parts;
    this.job = job;
    this.lane = parts.lifetime.own(world.background().lane("checkpoints of " + jobId));
    this.retained =
        new RetainedCheckpoints(
            parts.store,
            parts.lifetime,
            parts.lifetime.own(world.background().lane("cleanup of " + jobId)),
            settings.retained(),
            world.keeps(Rule.KEEP_CONTINUED),
            world.keeps(Rule.KEEP_RETAINED));
    this.nextId = Math.max(1, parts.journal.checkpointIdLimit());
    if (parts.journal.attempt() == 0 || !world.keeps(Rule.IDS_GROW)) {
      nextId = 1;
    }
  }

  /** The checkpoints that an earlier leader registered, the newest first. */
  public void recovered(List<RegisteredCheckpoint> registered, CheckpointStatistics past) {
    retained.set(registered);
    registered.forEach(r -> idSeen(r.id()));
    lastRegistered = !registered.isEmpty() && registered.get(0).last();
    history.recovered(past);
  }

  /** A worker knows of this checkpoint: later ones get greater ids. */
  public void idSeen(long id) {
    if (world.keeps(Rule.IDS_GROW)) {
      nextId = Math.max(nextId, id + 1);
    }
  }

  /** The checkpoints that are complete and kept, the newest first. */
  public List<RegisteredCheckpoint> registered() {
    return retained.all();
  }

  /** The newest complete checkpoint. */
  public Optional<RegisteredCheckpoint> latest() {
    return retained.all().stream().findFirst();
  }

  /**
   * Whether the output that the newest complete checkpoint covers is known here, because this
   * leader took it or read its manifest.
   */
  public boolean knowsLatest() {
    return retained.all().isEmpty() || latestKnown == retained.all().get(0).id();
  }

  /** Whether the job's last checkpoint is registered, so that nothing remains but to commit. */
  public boolean hasLast() {
    return lastRegistered;
  }

  /** The job was restored from a manifest, which may be that of another job. */
  public void restored(Manifest manifest, RegisteredCheckpoint source) {
    latestKnown = manifest.checkpointId();
    idSeen(manifest.checkpointId());
    if (!manifest.jobId().equals(jobId)) {
      firstStandsAlone = !settings.claim();
      boolean claim = settings.claim() || !world.keeps(Rule.LEAVE_UNCLAIMED);
      retained.startFrom(source, claim);
    }
    history.restored(manifest, source.manifestPath(), world.clock().currentTimeMillis());
    if (world.keeps(Rule.COMMIT_AFTER_RESTORE)) {
      parts.commits.restored(manifest);
    }
  }

  /** The attempt runs: checkpoints are taken from now on. */
  public void start(int runningAttempt) {
    verify(pending == null, "checkpoint %s is pending at the start of attempt", pending);
    attempt = runningAttempt;
    active = true;
    lastWanted = false;
    draining = false;
    history.startAnew();
    lastTriggerNanos = world.clock().nanoTime();
    lastEndNanos = lastTriggerNanos;
    scheduleNext();
  }

  /**
   * Takes no more checkpoints.
   *
   * @param whenQuiet called once the outcome of a checkpoint being registered is known; at once
   *     when there is none
   */
  public void stop(String reason, Runnable whenQuiet) {
    active = false;
    cancelTimer(next);
    refuseOrders(reason);
    if (pending != null && pending.phase == PendingCheckpoint.Phase.REGISTERING) {
      if (world.keeps(Rule.AWAIT_REGISTRATION)) {
        quiet = whenQuiet;
        return;
      }
      pending = null;
    }
    if (pending != null && world.keeps(Rule.ABORT_WITH_REGION)) {
      abort(ErrorCode.DEPENDENCY, reason, false);
    }
    whenQuiet.run();
  }

  /** Whether the checkpoint that ends the job is being registered, which can not be stopped. */
  public boolean registersLast() {
    return pending != null && pending.last && pending.phase == PendingCheckpoint.Phase.REGISTERING;
  }

  /** Leadership is in doubt: no checkpoint begins until {@link #resume}. */
  public void suspend() {
    suspended = true;
  }

  /** Leadership stands. */
  public void resume() {
    suspended = false;
    scheduleNext();
  }

  /** All input is processed: takes the last checkpoint as soon as none is pending. */
  public void triggerLast() {
    lastWanted = true;
    triggerIfPossible();
  }

  /** Takes an ordered checkpoint as soon as none is pending. */
  public void order(OrderedSnapshot ordered) {
    orders.add(ordered);
    triggerIfPossible();
  }

  /**
   * The input of all sources is about to end on order: until then no checkpoint is taken, since it
   * would hold what only the end brings about, and the last one is what was ordered.
   */
  public void drain(OrderedSnapshot ordered) {
    draining = true;
    lastOrder = ordered;
    cancelTimer(next);
    if (pending != null && pending.phase != PendingCheckpoint.Phase.REGISTERING) {
      abort(ErrorCode.USER, "the job is being stopped", false);
    }
  }

  private void refuseOrders(String reason) {
    FailureReport why = new FailureReport(ErrorCode.DEPENDENCY, reason, "", "");
    List<OrderedSnapshot> refused = new ArrayList<>(orders);
    orders.clear();
    if (lastOrder != null && (pending == null || pending.order != lastOrder)) {
      refused.add(lastOrder);
      lastOrder = null;
    }
    refused.forEach(ordered -> ordered.failed(why));
  }

  private void scheduleNext() {
    cancelTimer(next);
    if (!active || suspended || pending != null) {
      return;
    }
    if (lastWanted || !orders.isEmpty()) {
      if (history.failuresInRow() > 0) {
        next = parts.lifetime.schedule(RETRY_MILLIS, this::triggerIfPossible);
      } else {
        triggerIfPossible();
      }
      return;
    }
    if (settings.intervalMillis() <= 0 || draining) {
      return;
    }
    long now = world.clock().nanoTime();
    long due =
        Math.max(
            lastTriggerNanos + settings.intervalMillis() * 1_000_000L,
            lastEndNanos + settings.minPauseMillis() * 1_000_000L);
    boolean atOnce = world.odd(Oddity.CHECKPOINT_AT_ONCE);
    long delayMillis = atOnce ? 0 : Math.max(0, (due - now + 999_999) / 1_000_000);
    next = parts.lifetime.schedule(delayMillis, this::triggerIfPossible);
  }

  private void triggerIfPossible() {
    boolean waitsForEnd = draining && !lastWanted;
    if (!active || suspended || pending != null || reserving || waitsForEnd) {
      return;
    }
    cancelTimer(next);
    if (nextId >= parts.journal.checkpointIdLimit()) {
      reserving = true;
      parts.journal.reserveCheckpointIds(
          nextId + (world.odd(Oddity.FEW_IDS) ? 1 : IDS_RESERVED_AT_ONCE),
          () -> {
            reserving = false;
            triggerIfPossible();
          });
      return;
    }
    trigger();
  }

  private void trigger() {
    long id = nextId++;
    OrderedSnapshot ordered = lastWanted ? lastOrder : orders.poll();
    lastTriggerNanos = world.clock().nanoTime();
    PendingCheckpoint checkpoint =
        new PendingCheckpoint(
            id,
            lastWanted || (ordered != null && ordered.order().kind().stops()),
            attempt,
            world.clock().currentTimeMillis(),
            target(id, ordered),
            job);
    pending = checkpoint;
    LOG.info(
        "Job {}: {} {} begins{}",
        jobId,
        checkpoint.kind.isSavepoint() ? "savepoint" : "checkpoint",
        id,
        checkpoint.last ? " (last)" : "");
    deadline =
        parts.lifetime.schedule(
            world.odd(Oddity.CHECKPOINT_TIMES_OUT) ? 1 : settings.timeoutMillis(),
            () -> {
              if (pending == checkpoint
                  && checkpoint.phase != PendingCheckpoint.Phase.REGISTERING) {
                abort(
                    ErrorCode.RESOURCE,
                    "it took longer than "
                        + settings.timeoutMillis()
                        + " ms; missing: "
                        + checkpoint.missing(),
                    true);
                scheduleNext();
              }
            });
    parts.lifetime.run(
        lane,
        () -> {
          parts.store.createDirectory(checkpoint.directory);
          return null;
        },
        outcome -> directoryMade(checkpoint, outcome));
  }

  private PendingCheckpoint.Target target(long id, OrderedSnapshot ordered) {
    boolean full = firstStandsAlone && retained.all().isEmpty();
    if (ordered == null || !ordered.order().kind().isSavepoint()) {
      CheckpointKind kind =
          ordered == null ? CheckpointKind.CHECKPOINT : ordered.order().kindForTasks();
      return new PendingCheckpoint.Target(
          parts.store.directory(id), full ? CheckpointKind.FULL_CHECKPOINT : kind, ordered);
    }
    return new PendingCheckpoint.Target(
        parts.store.savepointDirectory(ordered.order().directory(), id),
        ordered.order().kindForTasks(),
        ordered);
  }

  private void directoryMade(PendingCheckpoint checkpoint, Outcome<Object> outcome) {
    if (pending != checkpoint) {
      return;
    }
    if (outcome instanceof Outcome.Failure<Object> failure) {
      abort(
          failure.cause(),
          "the directory "
              + checkpoint.directory
              + " could not be made; may it be written, and has it room? ");
      scheduleNext();
      return;
    }
    checkpoint.phase = PendingCheckpoint.Phase.COLLECTING;
    // the files of the newest registered checkpoint stay until this one takes its place
    long base =
        checkpoint.kind.standsAlone() ? 0 : latest().map(RegisteredCheckpoint::id).orElse(0L);
    job.beginCheckpoint(
        new CheckpointTrigger(checkpoint.id, checkpoint.kind, checkpoint.directory, base));
    checkCollected(checkpoint);
  }

  /** The state of a source's enumerator was taken. */
  public void enumeratorTaken(long checkpointId, Manifest.EnumeratorState state) {
    if (pending != null && pending.id == checkpointId) {
      pending.add(state);
      checkCollected(pending);
    }
  }

  /** The state of a source's enumerator could not be taken. */
  public void enumeratorFailed(long checkpointId, String sourceUid, Throwable cause) {
    if (pending != null && pending.id == checkpointId) {
      abort(cause, "the enumerator of source " + sourceUid + " failed: ");
      scheduleNext();
    }
  }

  /**
   * A subtask of its region's present attempt says that its part is durable. What comes late or
   * again changes nothing.
   */
  public void acknowledged(ToLeader.CheckpointAck ack) {
    if (pending != null
        && pending.id == ack.checkpointId()
        && pending.phase == PendingCheckpoint.Phase.COLLECTING) {
      pending.add(ack, world.clock().currentTimeMillis());
      checkCollected(pending);
    }
  }

  /** A subtask of its region's present attempt could not do its part. */
  public void declined(ToLeader.CheckpointDeclined declined) {
    if (pending != null
        && pending.id == declined.checkpointId()
        && pending.phase == PendingCheckpoint.Phase.COLLECTING) {
      FailureReport failure = declined.failure();
      abort(
          failure == null ? ErrorCode.ENGINE : failure.code(),
          job.plan().vertices().get(declined.task().vertex()).nameOf(declined.task().subtask())
              + " declined: "
              + (failure == null ? "no reason given" : failure.message()),
          true);
      scheduleNext();
    }
  }

  private void checkCollected(PendingCheckpoint checkpoint) {
    if (checkpoint.phase != PendingCheckpoint.Phase.COLLECTING || !checkpoint.isCollected()) {
      return;
    }
    checkpoint.phase = PendingCheckpoint.Phase.WRITING;
    Manifest manifest =
        checkpoint.manifest(
            job.plan(),
            parts.epoch,
            carried(job.plan()),
            latest().map(RegisteredCheckpoint::id).orElse(0L));
    List<String> unkept = retained.unkept(manifest, checkpoint.directory);
    if (!unkept.isEmpty() && world.keeps(Rule.REFUSE_UNKEPT)) {
      abort(
          ErrorCode.ENGINE,
          "it refers to a file that no kept checkpoint names and that may be gone: "
              + unkept.get(0),
          true);
      scheduleNext();
      return;
    }
    if (!world.keeps(Rule.COMMIT_AFTER_REGISTRATION)) {
      parts.commits.commitUnregistered(manifest);
    }
    parts.lifetime.run(
        lane,
        () -> parts.store.write(manifest, checkpoint.directory),
        outcome -> manifestWritten(checkpoint, manifest, outcome));
  }

  /** Staged output of earlier checkpoints, also of subtasks that are no more. */
  private List<CommittableBytes> carried(JobPlan plan) {
    List<CommittableBytes> all =
        world.keeps(Rule.CARRY_UNCOMMITTED) ? parts.commits.uncommitted() : List.of();
    if (world.keeps(Rule.CARRY_REMOVED)) {
      return all;
    }
    List<Integer> present = plan.parallelisms();
    return all.stream()
        .filter(c -> c.subtask() < present.get(plan.transactionalSinks().get(c.sinkUid())))
        .toList();
  }

  private void manifestWritten(
      PendingCheckpoint checkpoint, Manifest manifest, Outcome<RegisteredCheckpoint> outcome) {
    if (pending != checkpoint) {
      return;
    }
    if (outcome instanceof Outcome.Failure<RegisteredCheckpoint> failure) {
      abort(failure.cause(), "its manifest could not be written: ");
      scheduleNext();
      return;
    }
    RegisteredCheckpoint written = ((Outcome.Success<RegisteredCheckpoint>) outcome).value();
    if (checkpoint.kind == CheckpointKind.SAVEPOINT && !checkpoint.last) {
      cancelTimer(deadline);
      ended(checkpoint, written);
      if (!world.keeps(Rule.SAVEPOINT_COMMITS_NOTHING)) {
        parts.commits.commitUnregistered(manifest);
      }
      scheduleNext();
      return;
    }
    checkpoint.phase = PendingCheckpoint.Phase.REGISTERING;
    cancelTimer(deadline);
    List<RegisteredCheckpoint> kept = retained.with(written);
    if (!world.keeps(Rule.DELETE_AFTER_REGISTRATION)) {
      retained.replace(kept);
    }
    parts.journal.registerCheckpoints(
        kept,
        JobPast.of(
            history.with(checkpoint, written.manifestPath(), world.clock().currentTimeMillis()),
            job.failures(),
            List.of()),
        () -> completed(checkpoint, manifest, kept));
  }

  private void completed(
      PendingCheckpoint checkpoint, Manifest manifest, List<RegisteredCheckpoint> kept) {
    RegisteredCheckpoint registered = kept.get(0);
    latestKnown = registered.id();
    lastRegistered |= checkpoint.last;
    ended(checkpoint, registered);
    retained.replace(kept);
    parts.commits.registered(manifest);
    job.checkpointCompleted(registered);
    if (quiet != null) {
      Runnable then = quiet;
      quiet = null;
      then.run();
    } else if (checkpoint.last) {
      refuseOrders("the job ends");
    } else {
      scheduleNext();
    }
  }

  /** All of a checkpoint is durable, and registered unless it is the user's alone. */
  private void ended(PendingCheckpoint checkpoint, RegisteredCheckpoint written) {
    pending = null;
    lastEndNanos = world.clock().nanoTime();
    history.completed(checkpoint, written.manifestPath(), world.clock().currentTimeMillis());
    LOG.info(
        "Job {}: {} {} is complete: {}",
        jobId,
        checkpoint.kind.isSavepoint() ? "savepoint" : "checkpoint",
        checkpoint.id,
        written.manifestPath());
    if (checkpoint.last) {
      active = false;
    }
    if (checkpoint.order != null) {
      lastOrder = checkpoint.order == lastOrder ? null : lastOrder;
      checkpoint.order.completed(checkpoint.id, written.directory());
    }
  }

  private void abort(Throwable cause, String what) {
    abort(
        Failures.report(cause, ErrorCode.ENGINE, "").code(),
        what + FailureReport.lineOf(cause),
        true);
  }

  /** Gives the pending checkpoint up. */
  private void abort(ErrorCode code, String reason, boolean counts) {
    PendingCheckpoint checkpoint = pending;
    pending = null;
    cancelTimer(deadline);
    lastEndNanos = world.clock().nanoTime();
    String coded = code + ": " + reason;
    history.failed(checkpoint, coded, counts, world.clock().currentTimeMillis());
    LOG.warn("Job {}: checkpoint {} is given up: {}", jobId, checkpoint.id, coded);
    job.checkpointAborted(checkpoint.id);
    retained.discard(checkpoint.directory);
    if (checkpoint.order != null) {
      lastOrder = checkpoint.order == lastOrder ? null : lastOrder;
      checkpoint.order.failed(new FailureReport(code, reason, "", "checkpoint " + checkpoint.id));
    }
    if (!counts || !active) {
      return;
    }
    if (history.failuresInRow() > settings.tolerableFailures()) {
      active = false;
      job.tooManyFailedCheckpoints(
          new FailureReport(
              code,
              history.failuresInRow()
                  + " checkpoints in a row failed, "
                  + settings.tolerableFailures()
                  + " are tolerated; the last because "
                  + reason,
              "",
              "checkpoint " + checkpoint.id));
    }
  }

  /** What is known of the checkpoints. */
  public CheckpointStatistics statistics() {
    return history.statistics(pending, parts.commits);
  }

  private static void cancelTimer(Loop.Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }
}
