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
   * Takes a savepoint while the job goes on. Completes with the savepoint's directory.
   *
   * @param savepointDirectory in which the savepoint's own directory is made; null for the one that
   *     {@code execution.checkpointing.savepoint-dir} names
   */
  default CompletableFuture<String> triggerSavepoint(
      String savepointDirectory, SavepointFormatType formatType) {
    return CompletableFuture.failedFuture(
        new UnsupportedOperationException("This client takes no savepoints"));
  }

  /**
   * Ends the job with a savepoint. Completes with the savepoint's directory once the job has
   * committed all output and ended.
   *
   * @param advanceToEndOfEventTime whether the input ends before, so that windows fire and timers
   *     of event time run; else what was not read or has not fired stays in the savepoint
   */
  default CompletableFuture<String> stopWithSavepoint(
      boolean advanceToEndOfEventTime, String savepointDirectory, SavepointFormatType formatType) {
    return CompletableFuture.failedFuture(
        new UnsupportedOperationException("This client stops no jobs with a savepoint"));
  }

  /**
   * The result, when the job has ended. Completes exceptionally with a {@link
   * dev.weft.api.error.WeftException} when the job failed. A client that does not follow its job
   * completes it at once.
   */
  CompletableFuture<JobExecutionResult> getJobExecutionResult();
}
