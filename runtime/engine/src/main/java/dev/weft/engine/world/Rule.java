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
  /** The parallelisms of a rescaled job are recorded with the attempt that begins with them. */
  RECORD_RESCALES,
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
  CONTINUE_REGISTERED,
  /** The local copy of a checkpoint's file is used only as far as its checksums match. */
  VERIFY_COPIES,
  /** Records that a barrier overtook come back with the checkpoint. */
  RESTORE_OVERTAKEN,
  /** A manifest names staged output of earlier checkpoints that is not known to be committed. */
  CARRY_UNCOMMITTED,
  /** Staged output of subtasks that are no more is among it. */
  CARRY_REMOVED,
  /** Output that a restored checkpoint covers is committed, again if need be. */
  COMMIT_AFTER_RESTORE,
  /** A commit that failed is tried again. */
  RETRY_COMMITS,
  /** A job goes on from its newest checkpoint. */
  RESTORE_NEWEST,
  /** A checkpoint directory is taken for an orphan only if no retained checkpoint needs it. */
  KEEP_RETAINED,
  /** An older checkpoint goes only once the newer one is registered. */
  DELETE_AFTER_REGISTRATION,
  /** Checkpoint ids grow over all leaders. */
  IDS_GROW,
  /** A record of the journal is there before the pointer names it. */
  RECORD_BEFORE_POINTER,
  /** A change of the journal whose outcome is not known is made again. */
  AWAIT_JOURNAL,
  /** A record of the journal that can not be read now is never taken for none. */
  READ_WHOLE_JOURNAL,
  /** A restart awaits the outcome of a checkpoint that is being registered. */
  AWAIT_REGISTRATION,
  /** Readers hear of a checkpoint only once their enumerator's state was taken. */
  ENUMERATOR_BEFORE_READERS,
  /** A new leader asks readers which splits they have. */
  KNOW_ASSIGNED_SPLITS,
  /** A task waits for the barriers of all its inputs. */
  ALIGN_BARRIERS,
  /** A task's state is fixed before it works on. */
  FREEZE_AT_BARRIER,
  /** A subtask gets the key groups that are its own among all that there are now. */
  NEW_KEY_RANGES,
  /** A subtask gets every slice that reaches into its key groups. */
  WHOLE_KEY_RANGE,
  /** Every subtask gets broadcast state, also when there are more than before. */
  BROADCAST_TO_ALL,
  /** What is not keyed is dealt out to all when the number of subtasks changes. */
  DEAL_OUT_ALL,
  /** A worker that lost its leader looks for the next one. */
  RECONNECT,
  /** A new attempt on a worker ends the one before. */
  END_FORMER_ATTEMPT,
  /** All failure regions on a lost worker start again. */
  RESTART_ALL_CONCERNED,
  /** As a failure region starts again, the sources of the others go on. */
  LEAVE_OTHER_SOURCES,
  /** A failure region that starts again alone goes on from the newest checkpoint. */
  RESTORE_REGION_FROM_NEWEST,
  /** A checkpoint that is under way is given up as a failure region starts again. */
  ABORT_WITH_REGION,
  /** Commits that waited while the leadership was in doubt go on afterwards. */
  RESUME_AFTER_DOUBT,
  /** Workers that do not reach each other are not used together where there are others. */
  PART_STRANGERS,
  /** A job that goes on from an older checkpoint, since a newer one is damaged, says so. */
  SAY_WHAT_IS_DAMAGED,
  /** A job does not go on from an older checkpoint than its visible output. */
  STAY_BEHIND_OUTPUT,
  /** A file that a subtask found damaged is looked at before the job starts again. */
  LOOK_AT_SUSPECTS
}
