package dev.weft.engine.server.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.engine.checkpoint.FailureEntry;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.JobSummary;
import dev.weft.engine.job.SubtaskDetails;
import dev.weft.engine.job.TaskStatus;
import dev.weft.engine.job.VertexDetails;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.PlanDocument;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.TaskMetrics;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What REST says of jobs. Times are wall-clock milliseconds, absent ones 0 or -1 as in Flink. */
final class JobDocuments {
  private JobDocuments() {}

  static ObjectNode ids(List<JobSummary> jobs) {
    ObjectNode document = Json.object();
    ArrayNode array = document.putArray("jobs");
    for (JobSummary job : jobs) {
      array.addObject().put("id", job.jobId()).put("status", job.status().name());
    }
    return document;
  }

  static ObjectNode overview(List<JobSummary> jobs, long now) {
    ObjectNode document = Json.object();
    ArrayNode array = document.putArray("jobs");
    jobs.forEach(job -> array.add(summary(job, now)));
    return document;
  }

  private static ObjectNode summary(JobSummary job, long now) {
    ObjectNode node = Json.object();
    node.put("jid", job.jobId());
    node.put("name", job.name());
    node.put("start-time", job.startMillis());
    node.put("end-time", job.endMillis());
    node.put("duration", duration(job, now));
    node.put("state", job.status().name());
    node.put(
        "last-modification",
        job.enteredMillis().values().stream()
            .mapToLong(Long::longValue)
            .max()
            .orElse(job.startMillis()));
    ObjectNode tasks = node.putObject("tasks");
    tasks.put("total", job.tasks().values().stream().mapToInt(Integer::intValue).sum());
    for (TaskStatus status : TaskStatus.values()) {
      tasks.put(status.name().toLowerCase(Locale.ROOT), job.tasks().getOrDefault(status, 0));
    }
    tasks.put("reconciling", 0);
    node.put("pending-operators", 0);
    node.put("waiting", job.waiting());
    return node;
  }

  private static long duration(JobSummary job, long now) {
    return (job.endMillis() < 0 ? now : job.endMillis()) - job.startMillis();
  }

  static ObjectNode details(JobDetails job, long now) {
    JobSummary summary = job.summary();
    ObjectNode document = Json.object();
    document.put("jid", summary.jobId());
    document.put("name", summary.name());
    document.put("isStoppable", false);
    document.put("state", summary.status().name());
    document.put("job-type", job.plan().bounded() ? "BATCH" : "STREAMING");
    document.put("start-time", summary.startMillis());
    document.put("end-time", summary.endMillis());
    document.put("duration", duration(summary, now));
    document.put("maxParallelism", -1);
    document.put("now", now);
    document.put("attempt", job.attempt());
    document.put("waiting", job.waiting());
    ObjectNode timestamps = document.putObject("timestamps");
    timestamps.put("INITIALIZING", 0).put("SUSPENDED", 0);
    for (JobStatus status : JobStatus.values()) {
      timestamps.put(status.name(), summary.enteredMillis().getOrDefault(status, 0L));
    }
    ArrayNode vertices = document.putArray("vertices");
    ObjectNode counts = document.putObject("status-counts").put("RECONCILING", 0);
    for (TaskStatus status : TaskStatus.values()) {
      counts.put(status.name(), job.vertices().stream().filter(v -> statusOf(v) == status).count());
    }
    job.vertices().forEach(vertex -> vertices.add(vertexInJob(vertex, summary, now)));
    document.set("plan", PlanDocument.of(job.plan()).get("plan"));
    document.put("pending-operators", 0);
    return document;
  }

  private static ObjectNode vertexInJob(VertexDetails vertex, JobSummary job, long now) {
    ObjectNode node = vertexHead(vertex);
    node.put("status", statusOf(vertex).name());
    long start =
        vertex.subtasks().stream()
            .mapToLong(SubtaskDetails::deployedMillis)
            .filter(millis -> millis >= 0)
            .min()
            .orElse(-1);
    node.put("start-time", start);
    node.put("end-time", job.endMillis());
    node.put("duration", start < 0 ? -1 : (job.endMillis() < 0 ? now : job.endMillis()) - start);
    ObjectNode tasks = node.putObject("tasks").put("RECONCILING", 0);
    for (TaskStatus status : TaskStatus.values()) {
      tasks.put(
          status.name(), vertex.subtasks().stream().filter(s -> s.status() == status).count());
    }
    node.set("metrics", ioMetrics(vertex.subtasks()));
    return node;
  }

  private static ObjectNode vertexHead(VertexDetails vertex) {
    ObjectNode node = Json.object();
    node.put("id", vertex.id());
    node.put("name", vertex.name());
    node.put("maxParallelism", vertex.maxParallelism());
    node.put("parallelism", vertex.parallelism());
    return node;
  }

  static ObjectNode vertex(JobSummary job, VertexDetails vertex, long now) {
    long end = job.endMillis() < 0 ? now : job.endMillis();
    ObjectNode document = vertexHead(vertex);
    document.put("now", now);
    ArrayNode subtasks = document.putArray("subtasks");
    for (SubtaskDetails subtask : vertex.subtasks()) {
      ObjectNode node = subtasks.addObject();
      node.put("subtask", subtask.subtask());
      node.put("status", subtask.status().name());
      node.put("attempt", subtask.attempt());
      node.put("endpoint", subtask.host());
      node.put("host", subtask.host());
      node.put("start-time", subtask.deployedMillis());
      node.put("end-time", job.endMillis());
      node.put("duration", subtask.deployedMillis() < 0 ? -1 : end - subtask.deployedMillis());
      node.put("taskmanager-id", subtask.workerId());
      node.set("metrics", ioMetrics(List.of(subtask)));
    }
    return document;
  }

  static ArrayNode watermarks(VertexDetails vertex) {
    ArrayNode document = Json.array();
    for (SubtaskDetails subtask : vertex.subtasks()) {
      if (subtask.metrics() != null) {
        ObjectNode node = document.addObject();
        node.put("id", subtask.subtask() + ".currentInputWatermark");
        node.put("value", String.valueOf(subtask.metrics().watermark()));
      }
    }
    return document;
  }

  /** A vertex is as far as its least advanced subtask, unless one is ending. */
  static TaskStatus statusOf(VertexDetails vertex) {
    for (TaskStatus decisive :
        List.of(TaskStatus.FAILED, TaskStatus.CANCELING, TaskStatus.CANCELED)) {
      if (vertex.subtasks().stream().anyMatch(subtask -> subtask.status() == decisive)) {
        return decisive;
      }
    }
    return vertex.subtasks().stream()
        .map(SubtaskDetails::status)
        .min(TaskStatus::compareTo)
        .orElse(TaskStatus.CREATED);
  }

  private static ObjectNode ioMetrics(List<SubtaskDetails> subtasks) {
    long bytesIn = 0;
    long bytesOut = 0;
    long recordsIn = 0;
    long recordsOut = 0;
    long busyNanos = 0;
    boolean complete = true;
    for (SubtaskDetails subtask : subtasks) {
      TaskMetrics metrics = subtask.metrics();
      complete &= metrics != null;
      if (metrics != null) {
        bytesIn += metrics.bytesIn();
        bytesOut += metrics.bytesOut();
        recordsIn += metrics.recordsIn();
        recordsOut += metrics.recordsOut();
        busyNanos += metrics.busyNanos();
      }
    }
    ObjectNode node = Json.object();
    node.put("read-bytes", bytesIn).put("read-bytes-complete", complete);
    node.put("write-bytes", bytesOut).put("write-bytes-complete", complete);
    node.put("read-records", recordsIn).put("read-records-complete", complete);
    node.put("write-records", recordsOut).put("write-records-complete", complete);
    node.put("accumulated-busy-time", busyNanos / 1e6);
    return node;
  }

  static ObjectNode exceptions(JobDetails job, int max) {
    ObjectNode document = Json.object();
    if (!job.failures().isEmpty()) {
      FailureEntry newest = job.failures().get(0);
      document.put("root-exception", textOf(newest.cause()));
      document.put("timestamp", newest.atMillis());
    }
    document.putArray("all-exceptions");
    document.put("truncated", false);
    ObjectNode history = document.putObject("exceptionHistory");
    ArrayNode entries = history.putArray("entries");
    for (FailureEntry failure : job.failures().subList(0, Math.min(max, job.failures().size()))) {
      ObjectNode entry = exception(failure.cause(), failure.atMillis());
      entry.put("taskName", failure.task());
      entry.put("endpoint", failure.workerId());
      entry.put("taskManagerId", failure.workerId());
      entry.put("attempt", failure.attempt());
      entry.put("consequence", failure.consequence());
      ArrayNode concurrent = entry.putArray("concurrentExceptions");
      failure.concurrent().forEach(report -> concurrent.add(exception(report, failure.atMillis())));
      entries.add(entry);
    }
    history.put("truncated", job.failures().size() > max);
    return document;
  }

  private static ObjectNode exception(FailureReport report, long atMillis) {
    ObjectNode node = Json.object();
    node.put("exceptionName", report.code().name());
    node.put("message", report.message());
    node.put("location", report.location());
    node.put("stacktrace", textOf(report));
    node.put("timestamp", atMillis);
    node.putObject("failureLabels").put("code", report.code().name());
    return node;
  }

  private static String textOf(FailureReport report) {
    return report.stackTrace().isEmpty() ? report.message() : report.stackTrace();
  }

  static ObjectNode config(JobPlan plan) {
    ObjectNode document = Json.object();
    document.put("jid", plan.jobId());
    document.put("name", plan.name());
    ObjectNode execution = document.putObject("execution-config");
    execution.put(
        "restart-strategy", plan.configuration().getOrDefault("restart-strategy.type", "default"));
    execution.put("job-parallelism", plan.parallelism());
    execution.put("object-reuse-mode", true);
    ObjectNode user = execution.putObject("user-config");
    for (Map.Entry<String, String> option : plan.configuration().entrySet()) {
      user.put(option.getKey(), Redaction.of(option.getKey(), option.getValue()));
    }
    return document;
  }

  static ObjectNode executionResult(JobDetails job, long now) {
    JobSummary summary = job.summary();
    ObjectNode document = Json.object();
    ObjectNode status = document.putObject("status");
    if (!summary.status().isTerminal()) {
      status.put("id", "IN_PROGRESS");
      return document;
    }
    status.put("id", "COMPLETED");
    ObjectNode result = document.putObject("job-execution-result");
    result.put("id", summary.jobId());
    result.put(
        "application-status",
        switch (summary.status()) {
          case FINISHED -> "SUCCEEDED";
          case CANCELED -> "CANCELED";
          default -> "FAILED";
        });
    result.putObject("accumulator-results");
    result.put("net-runtime", duration(summary, now));
    if (summary.status() == JobStatus.FAILED && !job.failures().isEmpty()) {
      FailureReport cause = job.failures().get(0).cause();
      result
          .putObject("failure-cause")
          .put("class", cause.code().name())
          .put("message", cause.message())
          .put("stack-trace", textOf(cause));
    }
    return document;
  }
}
