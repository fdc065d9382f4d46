package dev.weft.engine.checkpoint;

import dev.weft.engine.protocol.Nullable;
import java.util.List;

/**
 * What is known of a job's checkpoints, for people and REST.
 *
 * @param counts how many there were, as far as they were recorded under earlier leaders
 * @param latestCompleted null when there is none
 * @param latestSavepoint null when there is none
 * @param latestFailed null when there is none
 * @param restored what the job was last restored from; null when it was not
 * @param history the newest first, those in progress included
 * @param commitsPending completed checkpoints whose output is not all committed yet
 * @param commitTrouble why commits do not go on, in a line; empty when they do
 */
public record CheckpointStatistics(
    Counts counts,
    @Nullable CheckpointEntry latestCompleted,
    @Nullable CheckpointEntry latestSavepoint,
    @Nullable CheckpointEntry latestFailed,
    @Nullable Restored restored,
    List<CheckpointEntry> history,
    int commitsPending,
    String commitTrouble) {
  /** Nothing is known. */
  public static final CheckpointStatistics NONE =
      new CheckpointStatistics(new Counts(0, 0, 0, 0, 0), null, null, null, null, List.of(), 0, "");

  /** Why checkpoints or commits do not go on, in a line; empty when they do. */
  public String trouble() {
    return switch (counts.failuresInRow()) {
      case 0 -> commitTrouble;
      case 1 -> "The last checkpoint failed: " + latestFailed.failure();
      default ->
          "%d checkpoints in a row failed, the last because %s"
              .formatted(counts.failuresInRow(), latestFailed.failure());
    };
  }

  /**
   * How many checkpoints there were.
   *
   * @param failuresInRow since the last one that completed
   */
  public record Counts(int restored, int inProgress, int completed, int failed, int failuresInRow) {
    /** All of them. */
    public int total() {
      return inProgress + completed + failed;
    }
  }

  /** The checkpoint that a job continued from. */
  public record Restored(long id, String path, boolean savepoint, long restoredMillis) {}
}
