package dev.weft.simulator;

import dev.weft.engine.world.Rule;
import java.util.List;

/** Bugs that are planted to show that the checks find them. */
public enum PlantedBug {
  /** None. */
  NONE,
  /** The coordination service takes writes of a deposed leader. */
  EPOCH_CHECK_OFF,
  /** Workers report files as written while they are still being uploaded. */
  ACK_BEFORE_UPLOAD,
  /** The sink's transactions have the same names after a restart of the job. */
  REUSED_TRANSACTION_ID,
  /** Output is published before the checkpoint that covers it is registered. */
  COMMIT_BEFORE_MANIFEST(Rule.COMMIT_AFTER_REGISTRATION),
  /** A leader that loses its leadership deletes its files. */
  DELETE_ON_LOST_LEADERSHIP(Rule.KEEP_FILES_ON_LOST_LEADERSHIP),
  /** Records that a barrier overtook are not part of the checkpoint. */
  OVERTAKEN_FORGOTTEN(Rule.KEEP_OVERTAKEN),
  /** A savepoint that the job goes on after publishes output. */
  SAVEPOINT_COMMITS(Rule.SAVEPOINT_COMMITS_NOTHING),
  /** An order to stop is not recorded, and the next leader does not know of it. */
  STOP_FORGOTTEN(Rule.RECORD_STOPS),
  /** A job that is stopped ends without waiting for its output to be committed. */
  STOP_BEFORE_COMMIT(Rule.COMMIT_BEFORE_END),
  /** A savepoint is deleted by a job that started from it without claiming it. */
  UNCLAIMED_DELETED(Rule.LEAVE_UNCLAIMED),
  /** What a kept checkpoint continues is deleted together with the checkpoint that wrote it. */
  CONTINUED_DELETED(Rule.KEEP_CONTINUED),
  /** State continues a checkpoint that was given up, and the leader does not look. */
  GIVEN_UP_CONTINUED(Rule.CONTINUE_REGISTERED, Rule.REFUSE_UNKEPT);

  private final List<Rule> broken;

  PlantedBug(Rule... broken) {
    this.broken = List.of(broken);
  }

  /** The rules of production code that are not kept; none when the bug lies outside of it. */
  List<Rule> broken() {
    return broken;
  }
}
