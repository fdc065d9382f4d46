package dev.weft.api;

/**
 * What remains of a job that was executed.
 *
 * @param jobId the job, as 32 hexadecimal digits
 * @param status how it ended; a status that is not terminal when the client does not wait for the
 *     end
 * @param runtimeMillis from submission to end in milliseconds; 0 when the client does not wait
 */
public record JobExecutionResult(String jobId, JobStatus status, long runtimeMillis) {
  /** The job, as 32 hexadecimal digits. */
  public String getJobID() {
    return jobId;
  }

  /** From submission to end in milliseconds. */
  public long getNetRuntime() {
    return runtimeMillis;
  }
}
