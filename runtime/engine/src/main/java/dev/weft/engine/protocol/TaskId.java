package dev.weft.engine.protocol;

/**
 * A subtask of a job.
 *
 * @param jobId 32 hexadecimal digits
 * @param vertex the index of its vertex in the plan
 * @param subtask from 0
 */
public record TaskId(String jobId, int vertex, int subtask) implements Comparable<TaskId> {
  @Override
  public int compareTo(TaskId other) {
    int byJob = jobId.compareTo(other.jobId);
    if (byJob != 0) {
      return byJob;
    }
    return vertex != other.vertex
        ? Integer.compare(vertex, other.vertex)
        : Integer.compare(subtask, other.subtask);
  }

  @Override
  public String toString() {
    return jobId.substring(0, Math.min(8, jobId.length())) + "/" + vertex + "/" + subtask;
  }
}
