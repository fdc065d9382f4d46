package dev.weft.engine.worker;

import dev.weft.api.eventtime.WatermarkAlignmentParams;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.TaskState;
import java.util.List;

/** What a task tells the control thread; called from any thread. */
interface TaskEvents {
  /**
   * The task is in another state; after FAILED and CANCELED it has released everything.
   *
   * @param failure null unless FAILED
   */
  void changed(TaskState state, FailureReport failure);

  /** The task fixed its part of a checkpoint. */
  void frozen(FrozenTask snapshot);

  /** The task cannot take part in a checkpoint. */
  void declined(long checkpointId, FailureReport failure);

  /**
   * The reader took splits over.
   *
   * @param taken how many of those that were sent to the task
   * @param since all splits after the last completed checkpoint, as {@code
   *     SourceOperator.splitsSince} gives them
   */
  void splits(int taken, List<byte[]> since);

  /** The reader wants a split. */
  void splitWanted();

  /** The reader of a group of aligned sources is so far. */
  void watermarkReached(WatermarkAlignmentParams alignment, long watermark);
}
