package dev.weft.engine.job;

import dev.weft.engine.checkpoint.CheckpointTrigger;
import dev.weft.engine.checkpoint.CheckpointedJob;
import dev.weft.engine.checkpoint.FailureEntry;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.ToWorker;
import java.util.List;
import java.util.Set;

/** What the coordinator of checkpoints sees of a job. */
final class JobCheckpoints implements CheckpointedJob {
  private final JobMaster job;
  private final JobContext context;

  JobCheckpoints(JobMaster job) {
    this.job = job;
    this.context = job.context;
  }

  @Override
  public JobPlan plan() {
    return context.plan();
  }

  @Override
  public Set<TaskId> tasks() {
    return TaskTable.idsOf(context.plan());
  }

  @Override
  public Set<String> sources() {
    return context.plan().sources().keySet();
  }

  @Override
  public List<FailureEntry> failures() {
    return job.failures.all();
  }

  @Override
  public void beginCheckpoint(CheckpointTrigger trigger) {
    job.attempt()
        .snapshot(
            trigger,
            new SourceCoordination.SnapshotListener() {
              @Override
              public void taken(Manifest.EnumeratorState taken) {
                job.coordinator.enumeratorTaken(trigger.checkpointId(), taken);
              }

              @Override
              public void failed(String uid, Throwable cause) {
                job.coordinator.enumeratorFailed(trigger.checkpointId(), uid, cause);
              }
            });
  }

  @Override
  public void checkpointCompleted(RegisteredCheckpoint checkpoint) {
    job.toWorkers(
        attempt ->
            new ToWorker.CheckpointCompleted(
                context.services.epoch(), job.jobId(), attempt, checkpoint.id()));
    if (job.state() instanceof JobState.Running) {
      job.failures.gotOn();
    }
    if (checkpoint.last() && job.state() instanceof JobState.Running) {
      job.stopping();
    }
  }

  @Override
  public void checkpointAborted(long checkpointId) {
    job.toWorkers(
        attempt ->
            new ToWorker.CheckpointAborted(
                context.services.epoch(), job.jobId(), attempt, checkpointId));
  }

  @Override
  public void tooManyFailedCheckpoints(FailureReport why) {
    job.failures.attemptFailed(why, "", "", false, context.regions().all());
  }
}
