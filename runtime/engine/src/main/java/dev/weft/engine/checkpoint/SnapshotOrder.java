package dev.weft.engine.checkpoint;

import dev.weft.engine.protocol.CheckpointKind;

/**
 * A checkpoint or savepoint that somebody asks for.
 *
 * @param id by which its fate is asked for
 * @param directory where the savepoint's own directory is made; empty for checkpoints
 */
public record SnapshotOrder(String id, Kind kind, String directory) {
  /** What is asked for. */
  public enum Kind {
    /** A checkpoint like those taken from time to time. */
    CHECKPOINT,
    /** A checkpoint that stands alone. */
    FULL_CHECKPOINT,
    /** A savepoint; the job goes on, its output is not committed for it. */
    SAVEPOINT,
    /** A savepoint with which the job ends; what was not read or has not fired stays in it. */
    STOP,
    /** As {@link #STOP}, but before, the input ends: windows fire and timers of event time run. */
    DRAIN;

    /** Whether the job ends with it. */
    public boolean stops() {
      return this == STOP || this == DRAIN;
    }

    /** Whether it belongs to the user. */
    public boolean isSavepoint() {
      return this == SAVEPOINT || stops();
    }
  }

  /** What the tasks are told. */
  CheckpointKind kindForTasks() {
    return switch (kind) {
      case CHECKPOINT -> CheckpointKind.CHECKPOINT;
      case FULL_CHECKPOINT -> CheckpointKind.FULL_CHECKPOINT;
      case SAVEPOINT, DRAIN -> CheckpointKind.SAVEPOINT;
      case STOP -> CheckpointKind.STOP;
    };
  }
}
