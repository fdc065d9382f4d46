package dev.weft.client;

import dev.weft.api.JobClient;
import dev.weft.api.JobExecutionResult;
import dev.weft.api.JobStatus;
import dev.weft.api.config.ClusterOptions;
import dev.weft.client.target.Deployment;
import dev.weft.client.target.JobProgress;
import dev.weft.engine.operator.measure.MergedAccumulators;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** A job that this process submitted, and follows unless it is detached. Thread-safe. */
final class SubmittedJob implements JobClient {
  private final String name;
  private final Deployment deployment;
  private final ProgressDisplay display;
  private final boolean followed;
  private CompletableFuture<JobExecutionResult> result;

  SubmittedJob(String name, Deployment deployment, ProgressDisplay display, boolean followed) {
    this.name = name;
    this.deployment = deployment;
    this.display = display;
    this.followed = followed;
  }

  /** The job ended otherwise than by finishing; its message is for the terminal. */
  static final class Unfinished extends dev.weft.api.error.WeftException {
    private static final long serialVersionUID = 1;

    Unfinished(String message) {
      super(dev.weft.api.error.ErrorCode.USER, message);
    }
  }

  /** Whether this process waits for the end. */
  boolean followed() {
    return followed;
  }

  Deployment deployment() {
    return deployment;
  }

  @Override
  public String getJobID() {
    return deployment.jobId();
  }

  @Override
  public CompletableFuture<JobStatus> getJobStatus() {
    return inBackground(() -> deployment.cluster().progress(getJobID()).status());
  }

  @Override
  public CompletableFuture<Void> cancel() {
    return inBackground(
        () -> {
          deployment.cluster().cancel(getJobID());
          return null;
        });
  }

  @Override
  public CompletableFuture<Map<String, Object>> getAccumulators() {
    ClassLoader code = Thread.currentThread().getContextClassLoader();
    return inBackground(
        () -> MergedAccumulators.results(deployment.cluster().accumulators(getJobID()), code));
  }

  @Override
  public synchronized CompletableFuture<JobExecutionResult> getJobExecutionResult() {
    if (result == null) {
      result =
          followed
              ? follow(Thread.currentThread().getContextClassLoader())
              : CompletableFuture.completedFuture(
                  new JobExecutionResult(getJobID(), JobStatus.CREATED, 0));
    }
    return result;
  }

  /** Whether the end is known. */
  synchronized boolean ended() {
    return result != null && result.isDone() && followed;
  }

  /**
   * Asks the job to end and waits until it has, but not for long.
   *
   * @return whether the job ended
   */
  boolean cancelAndWait(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    try {
      deployment.cluster().cancel(getJobID());
      while (System.nanoTime() < deadline) {
        if (deployment.cluster().progress(getJobID()).status().isTerminal()) {
          return true;
        }
        Thread.sleep(100);
      }
    } catch (IOException e) {
      org.slf4j.LoggerFactory.getLogger(SubmittedJob.class).warn("The job is not reached", e);
    }
    return false;
  }

  private CompletableFuture<JobExecutionResult> follow(ClassLoader code) {
    return inBackground(() -> followed(code));
  }

  /** What the job's accumulators say at its end, unless its cluster is gone already. */
  private Map<String, Object> sums(ClassLoader code) {
    try {
      return MergedAccumulators.results(deployment.cluster().accumulators(getJobID()), code);
    } catch (IOException e) {
      org.slf4j.LoggerFactory.getLogger(SubmittedJob.class)
          .warn("The accumulators of job {} are lost with its cluster", getJobID(), e);
      return Map.of();
    }
  }

  private JobExecutionResult followed(ClassLoader code) throws InterruptedException {
    JobFollower follower =
        new JobFollower(
            deployment.cluster(),
            display,
            ClusterOptions.LEADER_ABSENCE_TIMEOUT.defaultValue(),
            InstantSource.system(),
            pause -> Thread.sleep(pause.toMillis()));
    JobProgress end = follower.follow(getJobID());
    Map<String, Object> sums = end.status() == JobStatus.FINISHED ? sums(code) : Map.of();
    deployment.cluster().close();
    if (end.status() != JobStatus.FINISHED) {
      String how = end.status() == JobStatus.CANCELED ? " was cancelled" : " failed";
      throw new Unfinished(
          "Job '"
              + name
              + "' ("
              + getJobID()
              + ")"
              + how
              + (end.message().isEmpty() ? "" : ": " + end.message()));
    }
    return new JobExecutionResult(getJobID(), end.status(), end.runtimeMillis(), sums);
  }

  private <R> CompletableFuture<R> inBackground(Callable<R> call) {
    CompletableFuture<R> future = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                future.complete(call.call());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                future.completeExceptionally(e);
              } catch (Exception | Error e) {
                future.completeExceptionally(e);
              }
            },
            "weft-job-" + getJobID());
    thread.setDaemon(true);
    thread.start();
    return future;
  }
}
