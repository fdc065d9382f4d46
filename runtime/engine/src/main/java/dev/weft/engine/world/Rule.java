package dev.weft.engine.world;

/**
 * Rules that production code always keeps. The simulator breaks one at a time, to prove that its
 * checks would notice; see {@link World#keeps}.
 */
public enum Rule {
  /** Output is committed only once the checkpoint that covers it is registered. */
  COMMIT_AFTER_REGISTRATION,
  /** A leader that lost its leadership leaves all files alone. */
  KEEP_FILES_ON_LOST_LEADERSHIP,
  /** A savepoint that the job goes on after leaves output alone. */
  SAVEPOINT_COMMITS_NOTHING,
  /** An order to stop is recorded before anything is done for it. */
  RECORD_STOPS,
  /** A job that is stopped ends only when its output is committed. */
  COMMIT_BEFORE_END,
  /** A savepoint that was not claimed is never deleted. */
  LEAVE_UNCLAIMED,
  /** Records that a barrier overtook are part of the checkpoint. */
  KEEP_OVERTAKEN,
  /** What a kept checkpoint continues of earlier ones is not deleted with them. */
  KEEP_CONTINUED,
  /** A checkpoint is given up when it names files of earlier ones that no kept one names. */
  REFUSE_UNKEPT,
  /** State continues no other checkpoint than the one that the leader named. */
  CONTINUE_REGISTERED
}
