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
  /** The new parallelisms of a rescaled job are not recorded. */
  RESCALE_NOT_RECORDED(Rule.RECORD_RESCALES),
  /** After a rescale subtasks restore the key groups of the former parallelism. */
  FORMER_KEY_RANGES(Rule.NEW_KEY_RANGES),
  /** What subtasks staged that a rescale removed is no longer committed. */
  REMOVED_NOT_COMMITTED(Rule.CARRY_REMOVED),
  /** A job that is stopped ends without waiting for its output to be committed. */
  STOP_BEFORE_COMMIT(Rule.COMMIT_BEFORE_END),
  /** A savepoint is deleted by a job that started from it without claiming it. */
  UNCLAIMED_DELETED(Rule.LEAVE_UNCLAIMED),
  /** What a kept checkpoint continues is deleted together with the checkpoint that wrote it. */
  CONTINUED_DELETED(Rule.KEEP_CONTINUED),
  /** State continues a checkpoint that was given up, and the leader does not look. */
  GIVEN_UP_CONTINUED(Rule.CONTINUE_REGISTERED, Rule.REFUSE_UNKEPT),
  /** Records that a barrier overtook do not come back. */
  OVERTAKEN_NOT_RESTORED(Rule.RESTORE_OVERTAKEN),
  /** A manifest leaves out what earlier checkpoints staged. */
  UNCOMMITTED_LEFT_OUT(Rule.CARRY_UNCOMMITTED),
  /** What a restored checkpoint staged is not committed. */
  NOT_COMMITTED_AFTER_RESTORE(Rule.COMMIT_AFTER_RESTORE),
  /** A commit that failed counts as done. */
  COMMIT_FAILURE_SWALLOWED(Rule.RETRY_COMMITS),
  /** A job goes on from the oldest checkpoint that is kept. */
  OLDEST_RESTORED(Rule.RESTORE_NEWEST, Rule.RESTORE_REGION_FROM_NEWEST),
  /** The search for orphans does not spare the checkpoints that are kept. */
  RETAINED_DELETED(Rule.KEEP_RETAINED),
  /** An older checkpoint is deleted before the newer one is registered. */
  DELETED_TOO_EARLY(Rule.DELETE_AFTER_REGISTRATION),
  /** A new leader counts checkpoints from the beginning. */
  IDS_FROM_ONE(Rule.IDS_GROW),
  /** The pointer names a record of the journal that is not there yet. */
  POINTER_BEFORE_RECORD(Rule.RECORD_BEFORE_POINTER),
  /** A change of the journal that failed counts as made. */
  JOURNAL_FAILURE_SWALLOWED(Rule.AWAIT_JOURNAL),
  /** A record that can not be read now is taken for none. */
  RECORD_TAKEN_FOR_NONE(Rule.READ_WHOLE_JOURNAL),
  /** A restart does not await a checkpoint that is being registered. */
  REGISTRATION_OVERRUN(Rule.AWAIT_REGISTRATION),
  /** Readers fix their positions before the enumerator says which splits it gave out. */
  READERS_BEFORE_ENUMERATOR(Rule.ENUMERATOR_BEFORE_READERS),
  /** A new leader gives out again what readers have. */
  SPLITS_GIVEN_TWICE(Rule.KNOW_ASSIGNED_SPLITS),
  /** A task takes the first barrier for all. */
  BARRIERS_NOT_ALIGNED(Rule.ALIGN_BARRIERS),
  /** A source reads on between its barrier and its snapshot. */
  SNAPSHOT_AFTER_BARRIER(Rule.FREEZE_AT_BARRIER),
  /** A subtask misses state that begins before its key groups. */
  KEY_RANGE_CUT(Rule.WHOLE_KEY_RANGE),
  /** New subtasks get no broadcast state. */
  BROADCAST_NOT_FOR_NEW(Rule.BROADCAST_TO_ALL),
  /** With fewer subtasks than before, some splits go to nobody. */
  SPLITS_DEALT_TO_NOBODY(Rule.DEAL_OUT_ALL),
  /** A worker that lost its leader does not look for another. */
  NO_RECONNECT(Rule.RECONNECT),
  /** A new attempt runs beside the one before. */
  FORMER_ATTEMPT_RUNS_ON(Rule.END_FORMER_ATTEMPT),
  /** Commits stay suspended when the leadership is no longer in doubt. */
  SUSPENDED_FOR_EVER(Rule.RESUME_AFTER_DOUBT),
  /** A worker's local copy of a checkpoint's file is used without a look at its checksums. */
  DAMAGED_COPY(Rule.VERIFY_COPIES),
  /** Of the failure regions on a lost worker only one starts again. */
  NEIGHBOUR_FORGOTTEN(Rule.RESTART_ALL_CONCERNED),
  /** With the sources of a failure region those of all others end. */
  NEIGHBOURS_SOURCES_CLOSED(Rule.LEAVE_OTHER_SOURCES),
  /** A failure region goes on from an older checkpoint than its neighbours. */
  REGION_FROM_OLDEST(Rule.RESTORE_REGION_FROM_NEWEST),
  /** A checkpoint that is under way as a failure region starts again goes on. */
  CHECKPOINT_OUTLIVES_REGION(Rule.ABORT_WITH_REGION),
  /** A job is put again and again on two workers that do not reach each other. */
  STRANGERS_TOGETHER(Rule.PART_STRANGERS),
  /** A job goes on from an older checkpoint, since a newer one is damaged, and nobody is told. */
  DAMAGE_CONCEALED(Rule.SAY_WHAT_IS_DAMAGED),
  /** A job goes back behind output that is visible. */
  BEHIND_OUTPUT(Rule.STAY_BEHIND_OUTPUT),
  /** A job starts again and again from a file that its subtasks find damaged. */
  SUSPECT_FORGOTTEN(Rule.LOOK_AT_SUSPECTS),
  /** Nobody minds for how long a worker is silent. */
  SILENCE_IGNORED,
  /** A reader says where it was at the checkpoint before. */
  STALE_POSITION,
  /** An enumerator forgets which splits running readers have. */
  RECONCILES_BLINDLY,
  /** The sink's writer forgets the file that is open at the barrier. */
  OPEN_FILE_FORGOTTEN;

  private final List<Rule> broken;

  PlantedBug(Rule... broken) {
    this.broken = List.of(broken);
  }

  /** The rules of production code that are not kept; none when the bug lies outside of it. */
  List<Rule> broken() {
    return broken;
  }
}
