package dev.weft.api;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A handle on a submitted job. Thread-safe. */
public interface JobClient {
  /** The job, as 32 hexadecimal digits. */
  String getJobID();

  /** Asks how the job stands. */
  CompletableFuture<JobStatus> getJobStatus();

  /** Asks the job to end; completes when the wish is taken, not when the job has ended. */
  CompletableFuture<Void> cancel();

  /** The results of accumulators so far, by name: what the workers last sent. */
  CompletableFuture<Map<String, Object>> getAccumulators();

  /**
   * The result, when the job has ended. Completes exceptionally with a {@link
   * dev.weft.api.error.WeftException} when the job failed. A client that does not follow its job
   * completes it at once.
   */
  CompletableFuture<JobExecutionResult> getJobExecutionResult();
}
