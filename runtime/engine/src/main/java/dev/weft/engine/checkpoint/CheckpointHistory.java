package dev.weft.engine.checkpoint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Counts and remembers checkpoints for people. */
final class CheckpointHistory {
  private static final int ENTRIES_MAX = 20;

  private final Deque<CheckpointEntry> ended = new ArrayDeque<>();
  private CheckpointEntry latestCompleted;
  private CheckpointEntry latestSavepoint;
  private CheckpointEntry latestFailed;
  private CheckpointStatistics.Restored restored;
  private int restoredCount;
  private int completedCount;
  private int failedCount;
  private int failuresInRow;

  /** Goes on from what an earlier leader recorded. */
  void recovered(CheckpointStatistics past) {
    latestCompleted = past.latestCompleted();
    latestSavepoint = past.latestSavepoint();
    latestFailed = past.latestFailed();
    restored = past.restored();
    restoredCount = past.counts().restored();
    completedCount = past.counts().completed();
    failedCount = past.counts().failed();
    ended.addAll(past.history());
  }

  /** What will be known once a checkpoint is registered. */
  CheckpointStatistics with(PendingCheckpoint checkpoint, String manifestPath, long nowMillis) {
    CheckpointEntry entry =
        entry(checkpoint, CheckpointEntry.Status.COMPLETED, manifestPath, "", nowMillis);
    boolean savepoint = checkpoint.kind.isSavepoint();
    List<CheckpointEntry> history = new ArrayList<>();
    history.add(entry);
    history.addAll(ended);
    return new CheckpointStatistics(
        new CheckpointStatistics.Counts(restoredCount, 0, completedCount + 1, failedCount, 0),
        savepoint ? latestCompleted : entry,
        savepoint ? entry : latestSavepoint,
        latestFailed,
        restored,
        history.subList(0, Math.min(history.size(), ENTRIES_MAX)),
        0,
        "");
  }

  void restored(Manifest manifest, String path, long nowMillis) {
    restored =
        new CheckpointStatistics.Restored(
            manifest.checkpointId(), path, manifest.isSavepoint(), nowMillis);
    restoredCount++;
  }

  void completed(PendingCheckpoint checkpoint, String manifestPath, long nowMillis) {
    completedCount++;
    failuresInRow = 0;
    CheckpointEntry entry =
        entry(checkpoint, CheckpointEntry.Status.COMPLETED, manifestPath, "", nowMillis);
    if (checkpoint.kind.isSavepoint()) {
      latestSavepoint = entry;
    } else {
      latestCompleted = entry;
    }
    remember(entry);
  }

  void failed(PendingCheckpoint checkpoint, String reason, boolean counts, long nowMillis) {
    failedCount++;
    if (counts) {
      failuresInRow++;
    }
    latestFailed =
        entry(checkpoint, CheckpointEntry.Status.FAILED, checkpoint.directory, reason, nowMillis);
    remember(latestFailed);
  }

  int failuresInRow() {
    return failuresInRow;
  }

  void startAnew() {
    failuresInRow = 0;
  }

  CheckpointStatistics statistics(PendingCheckpoint pending, CommitCoordinator commits) {
    List<CheckpointEntry> history = new ArrayList<>();
    if (pending != null) {
      history.add(entry(pending, CheckpointEntry.Status.IN_PROGRESS, pending.directory, "", 0));
    }
    history.addAll(ended);
    return new CheckpointStatistics(
        new CheckpointStatistics.Counts(
            restoredCount, pending == null ? 0 : 1, completedCount, failedCount, failuresInRow),
        latestCompleted,
        latestSavepoint,
        latestFailed,
        restored,
        List.copyOf(history),
        commits.pending(),
        commits.trouble());
  }

  private static CheckpointEntry entry(
      PendingCheckpoint checkpoint,
      CheckpointEntry.Status status,
      String path,
      String failure,
      long endedMillis) {
    return new CheckpointEntry(
        checkpoint.id,
        status,
        checkpoint.last,
        checkpoint.kind,
        checkpoint.triggeredMillis,
        path,
        failure,
        checkpoint.progress(endedMillis));
  }

  private void remember(CheckpointEntry entry) {
    ended.addFirst(entry);
    if (ended.size() > ENTRIES_MAX) {
      ended.removeLast();
    }
  }
}
