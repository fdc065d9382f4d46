package dev.weft.engine.checkpoint;

import static dev.weft.engine.world.Verify.verify;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.world.Background;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.World;
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
  private final JobPlan plan;
  private final CheckpointedJob job;
  private final RetainedCheckpoints retained;
  private final CheckpointHistory history = new CheckpointHistory();
  private final Background.Lane lane;

  private int attempt;
  private boolean active;
  private boolean suspended;
  private boolean lastWanted;
  private boolean manualWanted;
  private boolean reserving;
  private long nextId;
  private long latestKnown;
  private PendingCheckpoint pending;
  private Loop.Timer deadline;
  private Loop.Timer next;
  private long lastTriggerNanos;
  private long lastEndNanos;
  private Runnable quiet;

  /** What the coordinator works with. */
  public record Parts(
      Lifetime lifetime,
      CheckpointStore store,
      JobJournal journal,
      CommitCoordinator commits,
      Safeguards safeguards,
      long epoch) {}

  /** A coordinator that does nothing before {@link #start}. */
  public CheckpointCoordinator(
      World world, CheckpointSettings settings, JobPlan plan, Parts parts, CheckpointedJob job) {
    this.world = world;
    this.settings = settings;
    this.plan = plan;
    this.parts = parts;
    this.job = job;
    this.lane = parts.lifetime.own(world.background().lane("checkpoints of " + plan.jobId()));
    this.retained =
        new RetainedCheckpoints(
            parts.store,
            parts.lifetime,
            parts.lifetime.own(world.background().lane("cleanup of " + plan.jobId())),
            settings.retained());
    this.nextId = Math.max(1, parts.journal.checkpointIdLimit());
    if (parts.journal.attempt() == 0) {
      nextId = 1;
    }
  }

  /** The checkpoints that an earlier leader registered, the newest first. */
  public void recovered(List<RegisteredCheckpoint> registered) {
    retained.set(registered);
    registered.forEach(r -> idSeen(r.id()));
  }

  /** A worker knows of this checkpoint: later ones get greater ids. */
  public void idSeen(long id) {
    nextId = Math.max(nextId, id + 1);
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

  /** The job was restored from a manifest. */
  public void restored(Manifest manifest, String path) {
    latestKnown = manifest.checkpointId();
    idSeen(manifest.checkpointId());
    retained.keep(path);
    history.restored(manifest.checkpointId(), path, world.clock().currentTimeMillis());
    parts.commits.restored(manifest);
  }

  /** The attempt runs: checkpoints are taken from now on. */
  public void start(int runningAttempt) {
    verify(pending == null, "checkpoint %s is pending at the start of attempt", pending);
    attempt = runningAttempt;
    active = true;
    lastWanted = false;
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
    if (pending != null && pending.phase == PendingCheckpoint.Phase.REGISTERING) {
      quiet = whenQuiet;
      return;
    }
    if (pending != null) {
      abort(reason, false);
    }
    whenQuiet.run();
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

  /** Takes a checkpoint as soon as none is pending. */
  public void triggerNow() {
    manualWanted = true;
    triggerIfPossible();
  }

  private void scheduleNext() {
    cancelTimer(next);
    if (!active || suspended || pending != null) {
      return;
    }
    if (lastWanted || manualWanted) {
      if (history.failuresInRow() > 0) {
        next = parts.lifetime.schedule(RETRY_MILLIS, this::triggerIfPossible);
      } else {
        triggerIfPossible();
      }
      return;
    }
    if (settings.intervalMillis() <= 0) {
      return;
    }
    long now = world.clock().nanoTime();
    long due =
        Math.max(
            lastTriggerNanos + settings.intervalMillis() * 1_000_000L,
            lastEndNanos + settings.minPauseMillis() * 1_000_000L);
    long delayMillis = Math.max(0, (due - now + 999_999) / 1_000_000);
    next = parts.lifetime.schedule(delayMillis, this::triggerIfPossible);
  }

  private void triggerIfPossible() {
    if (!active || suspended || pending != null || reserving) {
      return;
    }
    cancelTimer(next);
    if (nextId >= parts.journal.checkpointIdLimit()) {
      reserving = true;
      parts.journal.reserveCheckpointIds(
          nextId + IDS_RESERVED_AT_ONCE,
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
    manualWanted = false;
    lastTriggerNanos = world.clock().nanoTime();
    PendingCheckpoint checkpoint =
        new PendingCheckpoint(
            id,
            lastWanted,
            attempt,
            world.clock().currentTimeMillis(),
            parts.store.directory(id),
            job);
    pending = checkpoint;
    LOG.info("Job {}: checkpoint {} begins{}", plan.jobId(), id, lastWanted ? " (last)" : "");
    deadline =
        parts.lifetime.schedule(
            settings.timeoutMillis(),
            () -> {
              if (pending == checkpoint
                  && checkpoint.phase != PendingCheckpoint.Phase.REGISTERING) {
                abort(
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
          parts.store.createDirectory(id);
          return null;
        },
        outcome -> directoryMade(checkpoint, outcome));
  }

  private void directoryMade(PendingCheckpoint checkpoint, Outcome<Object> outcome) {
    if (pending != checkpoint) {
      return;
    }
    if (outcome instanceof Outcome.Failure<Object> failure) {
      abort("its directory could not be made: " + Failures.message(failure.cause()), true);
      scheduleNext();
      return;
    }
    checkpoint.phase = PendingCheckpoint.Phase.COLLECTING;
    job.beginCheckpoint(checkpoint.id, checkpoint.directory);
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
      abort("the enumerator of source " + sourceUid + " failed: " + Failures.message(cause), true);
      scheduleNext();
    }
  }

  /** A subtask's part is durable. Stale and repeated messages change nothing. */
  public void acknowledged(ToLeader.CheckpointAck ack) {
    if (pending != null
        && pending.id == ack.checkpointId()
        && pending.attempt == ack.attempt()
        && pending.phase == PendingCheckpoint.Phase.COLLECTING) {
      pending.add(ack, world.clock().currentTimeMillis());
      checkCollected(pending);
    }
  }

  /** A subtask could not do its part. */
  public void declined(ToLeader.CheckpointDeclined declined) {
    if (pending != null
        && pending.id == declined.checkpointId()
        && pending.attempt == declined.attempt()
        && pending.phase == PendingCheckpoint.Phase.COLLECTING) {
      String why = declined.failure() == null ? "no reason given" : declined.failure().message();
      abort("subtask " + declined.task() + " declined: " + why, true);
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
            plan,
            parts.epoch,
            parts.commits.uncommitted(),
            latest().map(RegisteredCheckpoint::id).orElse(0L));
    List<String> unkept = retained.unkept(manifest, checkpoint.directory);
    if (!unkept.isEmpty()) {
      // a task had not heard yet which checkpoint is complete; it soon will have
      abort("it continues a checkpoint that is not kept any more: " + unkept.get(0), false);
      scheduleNext();
      return;
    }
    if (!parts.safeguards.commitAfterRegistration()) {
      parts.commits.commitUnregistered(manifest);
    }
    parts.lifetime.run(
        lane,
        () -> parts.store.write(manifest),
        outcome -> manifestWritten(checkpoint, manifest, outcome));
  }

  private void manifestWritten(
      PendingCheckpoint checkpoint, Manifest manifest, Outcome<RegisteredCheckpoint> outcome) {
    if (pending != checkpoint) {
      return;
    }
    if (outcome instanceof Outcome.Failure<RegisteredCheckpoint> failure) {
      abort("its manifest could not be written: " + Failures.message(failure.cause()), true);
      scheduleNext();
      return;
    }
    RegisteredCheckpoint written = ((Outcome.Success<RegisteredCheckpoint>) outcome).value();
    checkpoint.phase = PendingCheckpoint.Phase.REGISTERING;
    cancelTimer(deadline);
    List<RegisteredCheckpoint> kept = retained.with(written);
    parts.journal.registerCheckpoints(kept, () -> completed(checkpoint, manifest, kept));
  }

  private void completed(
      PendingCheckpoint checkpoint, Manifest manifest, List<RegisteredCheckpoint> kept) {
    pending = null;
    lastEndNanos = world.clock().nanoTime();
    RegisteredCheckpoint registered = kept.get(0);
    latestKnown = registered.id();
    history.completed(checkpoint, registered.manifestPath(), world.clock().currentTimeMillis());
    LOG.info(
        "Job {}: checkpoint {} is complete: {}",
        plan.jobId(),
        checkpoint.id,
        registered.manifestPath());
    retained.replace(kept);
    parts.commits.registered(manifest);
    job.checkpointCompleted(registered);
    if (quiet != null) {
      Runnable then = quiet;
      quiet = null;
      then.run();
    } else if (!checkpoint.last) {
      scheduleNext();
    } else {
      active = false;
    }
  }

  /** Gives the pending checkpoint up. */
  private void abort(String reason, boolean counts) {
    PendingCheckpoint checkpoint = pending;
    pending = null;
    cancelTimer(deadline);
    lastEndNanos = world.clock().nanoTime();
    history.failed(checkpoint, reason, counts, world.clock().currentTimeMillis());
    LOG.warn("Job {}: checkpoint {} is given up: {}", plan.jobId(), checkpoint.id, reason);
    job.checkpointAborted(checkpoint.id);
    retained.discard(checkpoint.directory);
    if (!counts || !active) {
      return;
    }
    if (history.failuresInRow() > settings.tolerableFailures()) {
      active = false;
      job.tooManyFailedCheckpoints(
          new FailureReport(
              ErrorCode.DEPENDENCY,
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
