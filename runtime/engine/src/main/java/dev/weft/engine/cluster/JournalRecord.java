package dev.weft.engine.cluster;

import dev.weft.engine.checkpoint.JobJournal;
import dev.weft.engine.checkpoint.JobPast;
import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.plan.RescaleOrder;
import dev.weft.engine.protocol.Artifact;
import dev.weft.engine.protocol.Nullable;
import dev.weft.engine.protocol.RecordCodec;
import java.util.List;

/** What a file of the journal holds. */
sealed interface JournalRecord
    permits JournalRecord.JobSubmitted, JournalRecord.CheckpointCompleted, JournalRecord.Ended {
  /** How records are written. */
  RecordCodec<JournalRecord> CODEC = RecordCodec.of(JournalRecord.class);

  /**
   * A job was taken.
   *
   * @param plan where its plan lies
   */
  record JobSubmitted(
      String jobId, String name, Reference plan, List<Artifact> artifacts, long submittedMillis)
      implements JournalRecord {}

  /**
   * Checkpoints are complete.
   *
   * @param retained the newest first
   * @param past of the job; null in records of versions that keep none
   */
  record CheckpointCompleted(List<RegisteredCheckpoint> retained, @Nullable JobPast past)
      implements JournalRecord {
    static final CheckpointCompleted NONE = new CheckpointCompleted(List.of(), null);
  }

  /** A job ended. */
  record Ended(JobJournal.End end) implements JournalRecord {}

  /** A file of the journal, below the job's directory. */
  record Reference(String name, long bytes, int crc32c) {}

  /**
   * How a job's plan differs from the one that was submitted.
   *
   * @param parallelisms of the vertices as of the newest attempt; null before the first attempt
   * @param order the newest order to change them, carried out when they are what it wants; null
   *     when there was none
   */
  record Rescaled(@Nullable List<Integer> parallelisms, @Nullable RescaleOrder order) {}

  /**
   * What the election keeps of a job: the files that count. Writing it is what makes a record take
   * effect.
   *
   * @param submitted a {@link JobSubmitted}
   * @param checkpoints the newest {@link CheckpointCompleted}; null before the first
   * @param ended an {@link Ended}; null before the end
   * @param attempt the newest attempt
   * @param checkpointIdLimit ids of checkpoints below it may have been used
   * @param latestCheckpoint the newest complete checkpoint, for people; 0 before the first
   * @param stop the savepoint that the job is to end with; null when it is not to end
   * @param attemptsByRegion the newest attempt of each failure region in the order of their
   *     numbers; null in records of versions that know no regions
   * @param rescaled null as long as the job has its first parallelisms and no order for others
   */
  record Pointer(
      Reference submitted,
      @Nullable Reference checkpoints,
      @Nullable Reference ended,
      int attempt,
      long checkpointIdLimit,
      long latestCheckpoint,
      @Nullable SnapshotOrder stop,
      @Nullable List<Integer> attemptsByRegion,
      @Nullable Rescaled rescaled) {
    static final RecordCodec<Pointer> CODEC = RecordCodec.of(Pointer.class);

    /** Of a job that was taken. */
    static Pointer first(Reference submitted) {
      return new Pointer(submitted, null, null, 0, 0, 0, null, null, null);
    }

    Pointer withSubmitted(Reference reference) {
      return new Pointer(
          reference,
          checkpoints,
          ended,
          attempt,
          checkpointIdLimit,
          latestCheckpoint,
          stop,
          attemptsByRegion,
          rescaled);
    }

    Pointer withCheckpoints(Reference reference, long latest, long idLimit) {
      return new Pointer(
          submitted,
          reference,
          ended,
          attempt,
          Math.max(checkpointIdLimit, idLimit),
          latest,
          stop,
          attemptsByRegion,
          rescaled);
    }

    Pointer withEnded(Reference reference) {
      return new Pointer(
          submitted,
          checkpoints,
          reference,
          attempt,
          checkpointIdLimit,
          latestCheckpoint,
          stop,
          attemptsByRegion,
          rescaled);
    }

    /** An order to end the job was for the attempt before. */
    Pointer withAttempt(int next, List<Integer> parallelisms, List<Integer> byRegion) {
      return new Pointer(
          submitted,
          checkpoints,
          ended,
          next,
          checkpointIdLimit,
          latestCheckpoint,
          null,
          List.copyOf(byRegion),
          new Rescaled(List.copyOf(parallelisms), rescaled == null ? null : rescaled.order()));
    }

    Pointer withIdLimit(long limit) {
      return new Pointer(
          submitted,
          checkpoints,
          ended,
          attempt,
          Math.max(checkpointIdLimit, limit),
          latestCheckpoint,
          stop,
          attemptsByRegion,
          rescaled);
    }

    Pointer withStop(SnapshotOrder order) {
      return new Pointer(
          submitted,
          checkpoints,
          ended,
          attempt,
          checkpointIdLimit,
          latestCheckpoint,
          order,
          attemptsByRegion,
          rescaled);
    }

    Pointer withRescale(RescaleOrder order) {
      return new Pointer(
          submitted,
          checkpoints,
          ended,
          attempt,
          checkpointIdLimit,
          latestCheckpoint,
          stop,
          attemptsByRegion,
          new Rescaled(parallelisms(), order));
    }

    /** The parallelisms of the plan's vertices; null when they are those of the submission. */
    List<Integer> parallelisms() {
      return rescaled == null ? null : rescaled.parallelisms();
    }
  }
}
