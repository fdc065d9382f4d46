package dev.weft.simulator;

/** Bugs that are planted to show that the checks find them. */
public enum PlantedBug {
  /** None. */
  NONE,
  /** The coordination service takes writes of a deposed leader. */
  EPOCH_CHECK_OFF,
  /** Output is published before the checkpoint that covers it is registered. */
  COMMIT_BEFORE_MANIFEST,
  /** Workers report files as written while they are still being uploaded. */
  ACK_BEFORE_UPLOAD,
  /** A leader that loses its leadership deletes its files. */
  DELETE_ON_LOST_LEADERSHIP,
  /** Records that a barrier overtook are not part of the checkpoint. */
  OVERTAKEN_FORGOTTEN,
  /** The sink's transactions have the same names after a restart of the job. */
  REUSED_TRANSACTION_ID,
  /** A savepoint that the job goes on after publishes output. */
  SAVEPOINT_COMMITS,
  /** An order to stop is not recorded, and the next leader does not know of it. */
  STOP_FORGOTTEN,
  /** A job that is stopped ends without waiting for its output to be committed. */
  STOP_BEFORE_COMMIT,
  /** A savepoint is deleted by a job that started from it without claiming it. */
  UNCLAIMED_DELETED,
  /** What a kept checkpoint continues is deleted together with the checkpoint that wrote it. */
  CONTINUED_DELETED,
  /** State continues a checkpoint that was given up, and the leader does not look. */
  GIVEN_UP_CONTINUED
}
