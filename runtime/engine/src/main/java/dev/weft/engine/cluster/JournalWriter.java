package dev.weft.engine.cluster;

import dev.weft.engine.checkpoint.ChecksummedFile;
import dev.weft.engine.checkpoint.JobJournal;
import dev.weft.engine.checkpoint.JobPast;
import dev.weft.engine.checkpoint.Lifetime;
import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.cluster.JournalRecord.Pointer;
import dev.weft.engine.cluster.JournalRecord.Reference;
import dev.weft.engine.plan.RescaleOrder;
import dev.weft.engine.world.Background;
import dev.weft.engine.world.Oddity;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.Rule;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the journal of one job: a record into a file of its own, created exclusively under the
 * epoch, then the pointer in the election that makes it count. One change at a time, each tried
 * again until its outcome is known; a file whose outcome is not known is left behind and written
 * again under the next number.
 */
final class JournalWriter implements JobJournal {
  private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
  private static final long RETRY_FIRST_MILLIS = 100;
  private static final long RETRY_LONGEST_MILLIS = 5_000;
  private static final long IDS_RESERVED = 64;

  private final Journal journal;
  private final String jobId;
  private final Lifetime lifetime;
  private final Background.Lane lane;
  private final Deque<Change> queue = new ArrayDeque<>();
  private Pointer pointer;
  private long sequence;
  private boolean busy;
  private int failures;

  /** A change of the pointer, with the record it refers to. */
  private static final class Change {
    final JournalRecord record; // null when only the pointer changes
    final BiFunction<Pointer, Reference, Pointer> apply;
    final Runnable then;
    Reference written; // set by work on the lane

    Change(JournalRecord record, BiFunction<Pointer, Reference, Pointer> apply, Runnable then) {
      this.record = record;
      this.apply = apply;
      this.then = then;
    }
  }

  JournalWriter(
      Journal journal, String jobId, Lifetime lifetime, Background.Lane lane, Pointer pointer) {
    this.journal = journal;
    this.jobId = jobId;
    this.lifetime = lifetime;
    this.lane = lane;
    this.pointer = pointer;
  }

  @Override
  public int attempt() {
    return pointer.attempt();
  }

  @Override
  public int attemptAt(int place) {
    List<Integer> byRegion = pointer.attemptsByRegion();
    return byRegion == null || place >= byRegion.size() ? attempt() : byRegion.get(place);
  }

  @Override
  public void registerAttempt(
      int attempt, List<Integer> parallelisms, List<Integer> byRegion, Runnable then) {
    change(
        null,
        (old, none) -> old.withAttempt(attempt, parallelisms, byRegion).withIdLimit(IDS_RESERVED),
        then);
  }

  @Override
  public List<Integer> parallelisms() {
    return pointer.parallelisms();
  }

  @Override
  public RescaleOrder rescale() {
    return pointer.rescaled() == null ? null : pointer.rescaled().order();
  }

  @Override
  public void registerRescale(RescaleOrder order, Runnable then) {
    change(null, (old, none) -> old.withRescale(order), then);
  }

  @Override
  public long checkpointIdLimit() {
    return pointer.checkpointIdLimit();
  }

  @Override
  public void reserveCheckpointIds(long limit, Runnable then) {
    change(null, (old, none) -> old.withIdLimit(limit), then);
  }

  @Override
  public void registerCheckpoints(
      List<RegisteredCheckpoint> retained, JobPast past, Runnable then) {
    long latest = retained.get(0).id();
    change(
        new JournalRecord.CheckpointCompleted(retained, past),
        (old, file) -> old.withCheckpoints(file, latest, latest + IDS_RESERVED),
        then);
  }

  @Override
  public SnapshotOrder stop() {
    return pointer.stop();
  }

  @Override
  public void registerStop(SnapshotOrder order, Runnable then) {
    change(null, (old, none) -> old.withStop(order), then);
  }

  @Override
  public void confirm(Runnable then) {
    change(null, (old, none) -> old, then);
  }

  @Override
  public void registerEnd(End end, Runnable then) {
    change(new JournalRecord.Ended(end), Pointer::withEnded, then);
  }

  /** Records the submission; the first change of a job. */
  void registerSubmission(JournalRecord.JobSubmitted submitted, Runnable then) {
    change(submitted, Pointer::withSubmitted, then);
  }

  private void change(
      JournalRecord record, BiFunction<Pointer, Reference, Pointer> apply, Runnable then) {
    queue.add(new Change(record, apply, then));
    pump();
  }

  private void pump() {
    if (busy || queue.isEmpty()) {
      return;
    }
    busy = true;
    Change change = queue.peek();
    Pointer before = pointer;
    lifetime.run(lane, () -> write(change, before), outcome -> written(change, outcome));
  }

  /** Blocks; on the lane. */
  private Pointer write(Change change, Pointer before) throws IOException {
    boolean early = !journal.world().keeps(Rule.RECORD_BEFORE_POINTER);
    if (change.record != null && change.written == null) {
      byte[] content = JournalRecord.CODEC.toBytes(change.record);
      change.written =
          early
              ? journal.referTo(++sequence, content)
              : journal.createFile(jobId, ++sequence, content);
    }
    Pointer after = change.apply.apply(before, change.written);
    journal.writePointer(jobId, after);
    if (early && change.record != null) {
      journal.createFile(jobId, sequence, JournalRecord.CODEC.toBytes(change.record));
    }
    if (journal.world().odd(Oddity.JOURNAL_IN_DOUBT)) {
      throw new IOException("made to be in doubt");
    }
    return after;
  }

  private void written(Change change, Outcome<Pointer> outcome) {
    if (outcome instanceof Outcome.Success<Pointer> success) {
      Pointer before = pointer;
      pointer = success.value();
      queue.remove();
      busy = false;
      failures = 0;
      deleteSuperseded(before.checkpoints(), pointer.checkpoints());
      change.then.run();
      pump();
      return;
    }
    Throwable cause = ((Outcome.Failure<Pointer>) outcome).cause();
    if (cause instanceof LeaderElection.FencedException) {
      journal.fenced(cause.getMessage());
      return;
    }
    if (!journal.world().keeps(Rule.AWAIT_JOURNAL)) {
      queue.remove();
      busy = false;
      change.then.run();
      pump();
      return;
    }
    failures++;
    long delay = Math.min(RETRY_FIRST_MILLIS << Math.min(failures - 1, 10), RETRY_LONGEST_MILLIS);
    LOG.warn(
        "The journal of job {} can not be written, attempt {}; tries again in {} ms",
        jobId,
        failures,
        delay,
        cause);
    lifetime.schedule(
        delay,
        () -> {
          busy = false;
          pump();
        });
  }

  private void deleteSuperseded(Reference before, Reference after) {
    if (before == null || before.equals(after)) {
      return;
    }
    lifetime.run(
        lane,
        () -> journal.deleteFile(jobId, before.name()),
        outcome -> {
          if (outcome instanceof Outcome.Failure<Boolean> failure) {
            LOG.debug("A superseded record of job {} is left behind", jobId, failure.cause());
          }
        });
  }

  /** The content of a file, with its length and checksum. */
  static Reference reference(String name, byte[] sealed) {
    return new Reference(name, sealed.length, ChecksummedFile.checksumOf(sealed));
  }
}
