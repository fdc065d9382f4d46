package dev.weft.engine.protocol;

/** What a checkpoint is for, as far as tasks must know. */
public enum CheckpointKind {
  /** May refer to files of earlier checkpoints. */
  CHECKPOINT,
  /** Stands alone: no piece of it lies in a file of an earlier checkpoint. */
  FULL_CHECKPOINT,
  /** Stands alone and lies where the user wants it; its barriers are aligned. */
  SAVEPOINT,
  /** A savepoint behind whose barrier a task emits nothing until it is told to go on. */
  STOP;

  /** Whether every piece must be written anew. */
  public boolean standsAlone() {
    return this != CHECKPOINT;
  }

  /** Whether it belongs to the user. */
  public boolean isSavepoint() {
    return this == SAVEPOINT || this == STOP;
  }
}
