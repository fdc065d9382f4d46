package dev.weft.client.target;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.api.JobStatus;
import java.util.HashSet;
import java.util.Set;

/** Reads what REST says about jobs; fields that are missing count as nothing. */
final class JobDocuments {
  private JobDocuments() {}

  /** How a job stands, from {@code /jobs/:id} and its checkpoints and exceptions. */
  static JobProgress progress(JsonNode job, JsonNode checkpoints, JsonNode exceptions) {
    Set<String> withInput = new HashSet<>();
    Set<String> withOutput = new HashSet<>();
    for (JsonNode node : job.path("plan").path("nodes")) {
      for (JsonNode input : node.path("inputs")) {
        withInput.add(node.path("id").asText());
        withOutput.add(input.path("id").asText());
      }
    }
    long in = 0;
    long out = 0;
    int running = 0;
    int tasks = 0;
    for (JsonNode vertex : job.path("vertices")) {
      String id = vertex.path("id").asText();
      long read = vertex.path("metrics").path("read-records").asLong();
      long written = vertex.path("metrics").path("write-records").asLong();
      in += withInput.contains(id) ? 0 : read > 0 ? read : written;
      out += withOutput.contains(id) ? 0 : written > 0 ? written : read;
      tasks += vertex.path("parallelism").asInt();
      running += vertex.path("tasks").path("RUNNING").asInt();
      running += vertex.path("tasks").path("FINISHED").asInt();
    }
    JsonNode latest = checkpoints.path("latest").path("completed");
    return new JobProgress(
        statusOf(job.path("state").asText()),
        in,
        out,
        running,
        tasks,
        latest.path("id").asLong() == 0
            ? JobProgress.Checkpoint.NONE
            : new JobProgress.Checkpoint(
                latest.path("id").asLong(), latest.path("latest_ack_timestamp").asLong()),
        messageOf(job, exceptions),
        job.path("duration").asLong());
  }

  private static JobStatus statusOf(String state) {
    return switch (state) {
      case "CREATED", "INITIALIZING" -> JobStatus.CREATED;
      case "RESTARTING" -> JobStatus.RESTARTING;
      case "CANCELLING" -> JobStatus.CANCELLING;
      case "CANCELED" -> JobStatus.CANCELED;
      case "FINISHED" -> JobStatus.FINISHED;
      case "FAILED" -> JobStatus.FAILED;
      default -> JobStatus.RUNNING;
    };
  }

  private static String messageOf(JsonNode job, JsonNode exceptions) {
    JsonNode newest = exceptions.path("exceptionHistory").path("entries").path(0);
    String cause = newest.path("message").asText("");
    if (cause.isEmpty()) {
      cause = firstLine(exceptions.path("root-exception").asText(""));
    }
    if (cause.isEmpty()) {
      cause = firstLine(newest.path("stacktrace").asText(""));
    }
    return cause.isEmpty() ? job.path("waiting").asText("") : cause;
  }

  /** What a refusal says. */
  static String firstError(JsonNode answer) {
    JsonNode errors = answer.path("errors");
    return firstLine(errors.isArray() && !errors.isEmpty() ? errors.get(0).asText() : "");
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return (end < 0 ? text : text.substring(0, end)).strip();
  }

  /** What the answer to a question about an order says. */
  static OrderProgress orderProgress(JsonNode document) {
    JsonNode operation = document.path("operation");
    return new OrderProgress(
        document.path("status").path("id").asText().equals("COMPLETED"),
        operation.path("location").asText(""),
        operation.path("checkpointId").asLong(),
        operation.path("failure-cause").path("message").asText(""));
  }
}
