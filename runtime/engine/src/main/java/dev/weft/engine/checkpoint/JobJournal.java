package dev.weft.engine.checkpoint;

import dev.weft.engine.plan.RescaleOrder;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.Nullable;
import java.util.List;

/**
 * The durable facts of one job, as its control code records them: record first, act in {@code
 * then}. Called on the control thread, where {@code then} is called too. A record whose outcome is
 * not known is written again until it is known; records take effect in the order given. When the
 * leader is deposed, {@code then} is never called.
 */
public interface JobJournal {
  /** The newest attempt that was ever recorded; 0 before the first. */
  int attempt();

  /**
   * The newest attempt that was recorded of a failure region.
   *
   * @param place of the region in the order of the regions' numbers, from 0
   */
  int attemptAt(int place);

  /**
   * Records that an attempt begins.
   *
   * @param attempt its number, greater than every one before
   * @param parallelisms of the plan's vertices from now on
   * @param byRegion the attempt of each failure region from now on, in the order of their numbers:
   *     this one where the region begins with it
   */
  void registerAttempt(
      int attempt, List<Integer> parallelisms, List<Integer> byRegion, Runnable then);

  /** The parallelisms of the plan's vertices; null when they are those of the submission. */
  List<Integer> parallelisms();

  /** The newest order to rescale the job; null when there was none. */
  RescaleOrder rescale();

  /** Records an order to rescale the job; it takes effect with an attempt. */
  void registerRescale(RescaleOrder order, Runnable then);

  /** Ids of checkpoints below this one may be used; no later leader uses them again. */
  long checkpointIdLimit();

  /** Raises the limit of checkpoint ids. */
  void reserveCheckpointIds(long limit, Runnable then);

  /**
   * Records the checkpoints that are complete and kept, the newest first.
   *
   * @param past of the job, with the newest of these checkpoints
   */
  void registerCheckpoints(List<RegisteredCheckpoint> retained, JobPast past, Runnable then);

  /** The recorded order to end the job with a savepoint; null when there is none. */
  SnapshotOrder stop();

  /**
   * Records that the job is to end with a savepoint.
   *
   * @param order null when it is not to end so any more
   */
  void registerStop(SnapshotOrder order, Runnable then);

  /** Records nothing new: {@code then} is called once it is known that this leader still leads. */
  void confirm(Runnable then);

  /** Records the job's end. */
  void registerEnd(End end, Runnable then);

  /**
   * How a job ended.
   *
   * @param status the terminal state's name: FINISHED, CANCELED or FAILED
   * @param failure why, for FAILED
   * @param endedMillis wall-clock milliseconds
   * @param retained the checkpoints that are kept
   * @param past of the job; null in records of versions that keep none
   */
  record End(
      String status,
      @Nullable FailureReport failure,
      long endedMillis,
      List<RegisteredCheckpoint> retained,
      @Nullable JobPast past) {}
}
