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
  REUSED_TRANSACTION_ID
}
