package dev.weft.engine.exchange;

/**
 * Which channel of which attempt of a job.
 *
 * @param jobId the job
 * @param attempt the job's attempt
 * @param edge the index of the edge within the plan
 * @param producer the producing subtask
 * @param consumer the consuming subtask
 */
public record ChannelKey(String jobId, int attempt, int edge, int producer, int consumer) {
  @Override
  public String toString() {
    return "edge "
        + edge
        + " from subtask "
        + producer
        + " to "
        + consumer
        + " (job "
        + jobId
        + ", attempt "
        + attempt
        + ")";
  }
}
