package dev.weft.engine.world;

/**
 * What may happen at any time but seldom does. The simulator makes it happen, see {@link
 * World#odd}.
 */
public enum Oddity {
  /** A checkpoint is due at once. */
  CHECKPOINT_AT_ONCE,
  /** A checkpoint is given up right after it began. */
  CHECKPOINT_TIMES_OUT,
  /** Only one checkpoint id is reserved. */
  FEW_IDS,
  /** A task takes one frame in a call. */
  ONE_FRAME,
  /** Barriers overtake without waiting. */
  IMPATIENT_BARRIERS,
  /** A task declines a checkpoint. */
  CHECKPOINT_DECLINED,
  /** A task's part of a checkpoint gets a file of its own. */
  FILE_FOR_ONE,
  /** A worker does not say that it lives. */
  HEARTBEAT_LEFT_OUT,
  /** A worker leaves its leader and comes back. */
  LEADER_LEFT,
  /** A worker that is idle is released at once. */
  IDLE_WORKER_RELEASED,
  /** The reports of a worker come too late for a new leader. */
  REPORT_TOO_LATE,
  /** The outcome of a commit is not known, so it is repeated. */
  COMMIT_IN_DOUBT,
  /** The outcome of a record of the journal is not known, so it is written again. */
  JOURNAL_IN_DOUBT,
  /** The local copy of a checkpoint's file gets a wrong byte. */
  COPY_DAMAGED
}
