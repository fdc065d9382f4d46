package dev.weft.engine.protocol;

import java.util.List;
import java.util.Map;

/** Messages from the leader to a worker. A worker refuses a lower epoch than it has seen. */
public sealed interface ToWorker extends Message
    permits ToWorker.WorkerAccepted,
        ToWorker.LeaderAlive,
        ToWorker.WorkerRefused,
        ToWorker.PrepareJobs,
        ToWorker.DeployTasks,
        ToWorker.StartTasks,
        ToWorker.HandOver,
        ToWorker.CancelTasks,
        ToWorker.TriggerCheckpoint,
        ToWorker.CheckpointCompleted,
        ToWorker.CheckpointAborted,
        ToWorker.AssignSplits,
        ToWorker.NoMoreSplits,
        ToWorker.WatermarkAllowed,
        ToWorker.DrainSources,
        ToWorker.ShutdownWorker {
  /** The leader's epoch. */
  long epoch();

  /** The worker is registered. */
  record WorkerAccepted(long epoch, long heartbeatIntervalMillis, long leaderToleranceMillis)
      implements ToWorker {}

  /**
   * Follows on {@link WorkerAccepted} and on every heartbeat, so that a worker notices a connection
   * that is broken without a word.
   *
   * @param silenceMillis how long the worker waits for a next message before it connects anew
   */
  record LeaderAlive(long epoch, long silenceMillis) implements ToWorker {}

  /** The worker is not wanted; it ends. */
  record WorkerRefused(long epoch, String reason) implements ToWorker {}

  /**
   * The jobs whose code the worker keeps loaded, whether or not it has subtasks of them, so that
   * these can start there sooner. What an earlier message named and this one does not is given up.
   */
  record PrepareJobs(long epoch, List<JobContent> jobs) implements ToWorker {}

  /** What a job consists of: its steps, and the jars with their functions. */
  record JobContent(String jobId, List<VertexSpec> vertices, List<Artifact> artifacts) {}

  /**
   * Subtasks to set up. The worker answers READY for each and waits for {@link StartTasks}.
   *
   * @param attempt the job's attempt; greater than every one before
   * @param vertices those of the tasks given here and the targets of their outgoing edges
   * @param edges all of the plan
   * @param tasks for this worker
   * @param locations of all subtasks of the job
   * @param configuration of the job
   * @param region the failure region that all these subtasks belong to; an attempt of one region
   *     says nothing of others. Leaders that know no regions leave it out
   */
  record DeployTasks(
      long epoch,
      String jobId,
      String jobName,
      int attempt,
      List<VertexSpec> vertices,
      List<EdgeSpec> edges,
      List<TaskDeployment> tasks,
      List<TaskLocation> locations,
      Map<String, String> configuration,
      List<Artifact> artifacts,
      @Nullable Integer region)
      implements ToWorker {}

  /**
   * All subtasks of the attempt are ready everywhere: connect and process.
   *
   * @param region whose subtasks; null for all that belong to the attempt
   */
  record StartTasks(long epoch, String jobId, int attempt, @Nullable Integer region)
      implements ToWorker {}

  /**
   * Subtasks of a region work: who keeps records for them hands these over, from the first.
   *
   * @param attempt of the region
   * @param region whose subtasks
   * @param consumers the subtasks and where they run
   */
  record HandOver(long epoch, String jobId, int attempt, int region, List<TaskLocation> consumers)
      implements ToWorker {}

  /**
   * End subtasks of the job up to this attempt; each answers CANCELED.
   *
   * @param region whose subtasks; null for all of the job
   */
  record CancelTasks(long epoch, String jobId, int attempt, @Nullable Integer region)
      implements ToWorker {}

  /**
   * Begin a checkpoint at the given source subtasks, which emit a barrier.
   *
   * @param directory where this worker may create its file; it exists
   * @param kind what it is for; leaders of the first version know no kinds
   * @param baseCheckpointId the newest checkpoint that is registered, which state may continue; 0
   *     for none
   */
  record TriggerCheckpoint(
      long epoch,
      String jobId,
      int attempt,
      long checkpointId,
      String directory,
      List<TaskId> tasks,
      @Nullable CheckpointKind kind,
      @Nullable Long baseCheckpointId)
      implements ToWorker {
    /** A trigger. */
    public TriggerCheckpoint {
      kind = kind == null ? CheckpointKind.CHECKPOINT : kind;
      baseCheckpointId = baseCheckpointId == null ? 0L : baseCheckpointId;
    }
  }

  /** The checkpoint is durable and registered. */
  record CheckpointCompleted(long epoch, String jobId, int attempt, long checkpointId)
      implements ToWorker {}

  /** The checkpoint is given up; its files may be deleted by the leader. */
  record CheckpointAborted(long epoch, String jobId, int attempt, long checkpointId)
      implements ToWorker {}

  /** Splits for a reader, serialised by the source. */
  record AssignSplits(
      long epoch, TaskId task, int attempt, int serializerVersion, List<byte[]> splits)
      implements ToWorker {}

  /** A reader gets no more splits. */
  record NoMoreSplits(long epoch, TaskId task, int attempt) implements ToWorker {}

  /** A reader pauses while its watermark is beyond this one. */
  record WatermarkAllowed(long epoch, TaskId task, int attempt, long watermark)
      implements ToWorker {}

  /** All readers of the attempt end their input here, as if nothing more were to come. */
  record DrainSources(long epoch, String jobId, int attempt) implements ToWorker {}

  /** The worker ends after cancelling its tasks. */
  record ShutdownWorker(long epoch, String reason) implements ToWorker {}
}
