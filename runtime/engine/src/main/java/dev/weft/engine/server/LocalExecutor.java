package dev.weft.engine.server;

import dev.weft.api.JobClient;
import dev.weft.api.JobExecutionResult;
import dev.weft.api.JobStatus;
import dev.weft.api.Pipeline;
import dev.weft.api.PipelineExecutor;
import dev.weft.api.config.Configuration;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobSummary;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.protocol.FailureReport;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;

/**
 * Runs a program in the process that starts it, with its own classes: what happens when a main is
 * started from an IDE. Each program gets a cluster of its own, which ends with the job.
 */
public final class LocalExecutor implements PipelineExecutor {
  private static final int JOB_ID_BYTES = 16;

  private final Configuration configuration;

  /** Runs programs with the default options. */
  public LocalExecutor() {
    this(new Configuration());
  }

  /** Runs programs with the given options beneath their own. */
  public LocalExecutor(Configuration configuration) {
    this.configuration = configuration;
  }

  @Override
  public Configuration configuration() {
    return configuration;
  }

  @Override
  public JobClient execute(Pipeline pipeline) {
    byte[] id = new byte[JOB_ID_BYTES];
    new SecureRandom().nextBytes(id);
    JobPlan plan = Planner.plan(pipeline, HexFormat.of().formatHex(id));
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    ClassLoader code = context != null ? context : LocalExecutor.class.getClassLoader();
    LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(pipeline.configuration(), code, plan.slots()));
    try {
      cluster.submit(plan);
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
    return new Client(plan.jobId(), cluster);
  }

  private static final class Client implements JobClient {
    private final String jobId;
    private final LocalCluster cluster;
    private final CompletableFuture<JobExecutionResult> result;

    Client(String jobId, LocalCluster cluster) {
      this.jobId = jobId;
      this.cluster = cluster;
      this.result =
          cluster
              .ended(jobId)
              .whenCompleteAsync((details, failure) -> cluster.close())
              .thenApply(Client::resultOf);
    }

    private static JobExecutionResult resultOf(JobDetails job) {
      JobSummary summary = job.summary();
      if (summary.status() == dev.weft.engine.job.JobStatus.FAILED) {
        throw failureOf(job);
      }
      return new JobExecutionResult(
          summary.jobId(), statusOf(summary.status()), summary.endMillis() - summary.startMillis());
    }

    @Override
    public String getJobID() {
      return jobId;
    }

    @Override
    public CompletableFuture<JobStatus> getJobStatus() {
      if (result.isDone()) {
        return result.thenApply(JobExecutionResult::status);
      }
      return CompletableFuture.supplyAsync(
          () ->
              cluster
                  .job(jobId)
                  .map(details -> statusOf(details.summary().status()))
                  .orElseThrow());
    }

    @Override
    public CompletableFuture<Void> cancel() {
      return CompletableFuture.runAsync(() -> cluster.cancel(jobId));
    }

    @Override
    public CompletableFuture<JobExecutionResult> getJobExecutionResult() {
      return result;
    }
  }

  /** What a client is told of a job that failed. */
  static WeftException failureOf(JobDetails job) {
    if (job.failures().isEmpty()) {
      return new WeftException(ErrorCode.ENGINE, "The job failed for no known reason");
    }
    FailureReport cause = job.failures().get(0).cause();
    return new WeftException(cause.code(), cause.message());
  }

  /** A state as programs see it. */
  static JobStatus statusOf(dev.weft.engine.job.JobStatus status) {
    return switch (status) {
      case CREATED -> JobStatus.CREATED;
      case RUNNING, RECONCILING -> JobStatus.RUNNING;
      case RESTARTING, FAILING -> JobStatus.RESTARTING;
      case FAILED -> JobStatus.FAILED;
      case CANCELLING -> JobStatus.CANCELLING;
      case CANCELED -> JobStatus.CANCELED;
      case FINISHED -> JobStatus.FINISHED;
    };
  }
}
