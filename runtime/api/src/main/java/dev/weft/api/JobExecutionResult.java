package dev.weft.api;

import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What remains of a job that was executed.
 *
 * @param jobId the job, as 32 hexadecimal digits
 * @param status how it ended; a status that is not terminal when the client does not wait for the
 *     end
 * @param runtimeMillis from submission to end in milliseconds; 0 when the client does not wait
 * @param accumulators the results of accumulators by name; empty when the client does not wait
 */
public record JobExecutionResult(
    String jobId, JobStatus status, long runtimeMillis, Map<String, Object> accumulators) {
  /** A result without accumulators. */
  public JobExecutionResult(String jobId, JobStatus status, long runtimeMillis) {
    this(jobId, status, runtimeMillis, Map.of());
  }

  /** The job, as 32 hexadecimal digits. */
  public String getJobID() {
    return jobId;
  }

  /** From submission to end in milliseconds. */
  public long getNetRuntime() {
    return runtimeMillis;
  }

  /** From submission to end in the given unit, rounded down. */
  public long getNetRuntime(TimeUnit desiredUnit) {
    return desiredUnit.convert(runtimeMillis, TimeUnit.MILLISECONDS);
  }

  /** The result of an accumulator over all subtasks, or null when there was none of that name. */
  @SuppressWarnings("unchecked")
  public <T> T getAccumulatorResult(String accumulatorName) {
    return (T) accumulators.get(accumulatorName);
  }

  /** The results of all accumulators by name. */
  public Map<String, Object> getAllAccumulatorResults() {
    return accumulators;
  }
}
