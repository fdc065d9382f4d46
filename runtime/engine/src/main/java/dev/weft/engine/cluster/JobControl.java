package dev.weft.engine.cluster;

import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobSummary;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.RescaleRequest;
import dev.weft.engine.protocol.Artifact;
import dev.weft.engine.world.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What people and clients may ask of the leader, through REST or in the same process. Called on the
 * control thread only; nothing blocks. Answers are immutable and may go to other threads.
 */
public interface JobControl {
  /** The epoch under which this leader works. */
  long epoch();

  /**
   * Takes a job. When the outcome is a success the job is durable: a later leader goes on with it.
   *
   * @param artifacts the job's jars, in a place that every process can read
   * @param then hears the job's id, or a {@link dev.weft.api.error.WeftException} with code USER
   *     when the plan is refused or its id is taken
   */
  void submit(JobPlan plan, List<Artifact> artifacts, Consumer<Outcome<String>> then);

  /** All jobs: those that run in the order of submission, then the newest of those that ended. */
  List<JobSummary> jobs();

  /** Everything about a job, also some time after its end; empty when it is not known. */
  Optional<JobDetails> job(String jobId);

  /**
   * Begins to cancel a job. Nothing happens when it already ends or has ended.
   *
   * @return false when the job is not known
   */
  boolean cancel(String jobId);

  /**
   * Orders a checkpoint or savepoint of a running job, or its end with one. What becomes of it is
   * among {@link JobDetails#snapshots}.
   *
   * @throws dev.weft.api.error.WeftException with code USER when the job is not known, does not run
   *     or the order can not be carried out
   */
  void order(String jobId, SnapshotOrder order);

  /**
   * Orders another parallelism of a running job. What becomes of it is among {@link
   * JobDetails#rescales}.
   *
   * @throws dev.weft.api.error.WeftException with code USER when the job is not known, does not run
   *     or can not have that parallelism
   */
  void rescale(String jobId, RescaleRequest request);

  /** The cluster in numbers. */
  ClusterOverview overview();

  /** All registered workers, by id. */
  List<WorkerDetails> workers();
}
