package dev.weft.benchmarks;

import dev.weft.api.JobClient;
import dev.weft.api.JobExecutionResult;
import dev.weft.api.JobStatus;
import dev.weft.api.Pipeline;
import dev.weft.api.PipelineExecutor;
import dev.weft.api.config.Configuration;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.server.LocalCluster;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Runs programs on one cluster in this process that outlives them. */
final class ClusterExecutor implements PipelineExecutor, AutoCloseable {
  private final Configuration configuration;
  private final LocalCluster cluster;
  private JobDetails last;

  /** Starts a cluster of one worker with so many slots. */
  ClusterExecutor(Configuration configuration, int slots) {
    this.configuration = configuration;
    this.cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(
                configuration, ClusterExecutor.class.getClassLoader(), slots));
  }

  @Override
  public Configuration configuration() {
    return configuration;
  }

  @Override
  public JobClient execute(Pipeline pipeline) {
    JobPlan plan = Planner.plan(pipeline, UUID.randomUUID().toString().replace("-", ""));
    cluster.submit(plan);
    return new Client(plan.jobId());
  }

  /** The job that ended last. */
  synchronized JobDetails last() {
    return last;
  }

  private synchronized JobExecutionResult ended(JobDetails job) {
    last = job;
    JobStatus status = JobStatus.valueOf(job.summary().status().name());
    if (status != JobStatus.FINISHED) {
      throw new IllegalStateException(
          "the job ended "
              + status
              + (job.failures().isEmpty() ? "" : ": " + job.failures().get(0)));
    }
    return new JobExecutionResult(
        job.summary().jobId(), status, job.summary().endMillis() - job.summary().startMillis());
  }

  @Override
  public void close() {
    cluster.close();
  }

  private final class Client implements JobClient {
    private final String jobId;

    Client(String jobId) {
      this.jobId = jobId;
    }

    @Override
    public String getJobID() {
      return jobId;
    }

    @Override
    public CompletableFuture<JobStatus> getJobStatus() {
      return CompletableFuture.completedFuture(
          cluster
              .job(jobId)
              .map(job -> JobStatus.valueOf(job.summary().status().name()))
              .orElseThrow());
    }

    @Override
    public CompletableFuture<Map<String, Object>> getAccumulators() {
      return CompletableFuture.completedFuture(Map.of());
    }

    @Override
    public CompletableFuture<Void> cancel() {
      cluster.cancel(jobId);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<JobExecutionResult> getJobExecutionResult() {
      return cluster.ended(jobId).thenApply(ClusterExecutor.this::ended);
    }
  }
}
