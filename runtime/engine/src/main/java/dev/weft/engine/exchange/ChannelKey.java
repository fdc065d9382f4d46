package dev.weft.engine.exchange;

/**
 * Which channel of which attempt of a job.
 *
 * @param scope the job and its failure region: what starts and ends together
 * @param attempt the job's attempt
 * @param edge the index of the edge within the plan
 * @param producer the producing subtask
 * @param consumer the consuming subtask
 */
public record ChannelKey(String scope, int attempt, int edge, int producer, int consumer) {
  @Override
  public String toString() {
    return "edge "
        + edge
        + " from subtask "
        + producer
        + " to "
        + consumer
        + " (job "
        + scope
        + ", attempt "
        + attempt
        + ")";
  }
}
