package dev.weft.engine.protocol;

import java.util.List;
import java.util.Map;

/** Messages from a worker to the leader. */
public sealed interface ToLeader extends Message
    permits ToLeader.RegisterWorker,
        ToLeader.Heartbeat,
        ToLeader.TaskChanged,
        ToLeader.SplitRequest,
        ToLeader.WatermarkReached,
        ToLeader.CheckpointAck,
        ToLeader.CheckpointDeclined {
  /**
   * The first message on a connection.
   *
   * @param workerId the container id on YARN; the identity the worker's certificate proves
   * @param incarnation differs for every start of a worker with the same id
   * @param data where other workers reach its tasks
   * @param slots how many subtasks of one vertex chain it can take
   * @param highestEpoch the highest leader epoch it has seen
   * @param tasks what it runs
   * @param attributes for people: host, pid, memory in bytes, log link
   */
  record RegisterWorker(
      String workerId,
      String incarnation,
      Address data,
      int slots,
      long highestEpoch,
      List<TaskReport> tasks,
      Map<String, String> attributes)
      implements ToLeader {}

  /** Sent at the interval the leader gave. */
  record Heartbeat(String workerId, List<TaskMetrics> tasks, Map<String, Long> gauges)
      implements ToLeader {}

  /**
   * A subtask changed its state.
   *
   * @param failure null unless FAILED
   * @param metrics what it counted until it was DRAINED, FAILED or CANCELED; null in other states
   *     and when it never ran
   */
  record TaskChanged(
      TaskId task,
      int attempt,
      TaskState state,
      @Nullable FailureReport failure,
      @Nullable TaskMetrics metrics)
      implements ToLeader {}

  /** A reader wants a split. */
  record SplitRequest(TaskId task, int attempt, String host) implements ToLeader {}

  /**
   * A reader of a group tells how far it is and wants to know how far it may go.
   *
   * @param watermark {@code Long.MIN_VALUE} before the first, {@code Long.MAX_VALUE} when the
   *     reader is idle or has ended
   * @param maxDriftMillis how far ahead of the slowest it may be
   */
  record WatermarkReached(
      TaskId task, int attempt, String group, long watermark, long maxDriftMillis)
      implements ToLeader {}

  /**
   * A subtask's part of a checkpoint is durable.
   *
   * @param committables every committable of the subtask that no completed checkpoint covers yet
   * @param bytes how many were written
   * @param alignMillis from the first barrier to the last
   * @param durationMillis from the trigger to this message
   */
  record CheckpointAck(
      TaskId task,
      int attempt,
      long checkpointId,
      List<OperatorSnapshot> operators,
      List<CommittableBytes> committables,
      long bytes,
      long alignMillis,
      long durationMillis)
      implements ToLeader {}

  /** A subtask could not do its part; the checkpoint is aborted, the task lives. */
  record CheckpointDeclined(TaskId task, int attempt, long checkpointId, FailureReport failure)
      implements ToLeader {}
}
