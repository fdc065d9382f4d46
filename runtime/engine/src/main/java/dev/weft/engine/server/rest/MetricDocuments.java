package dev.weft.engine.server.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.engine.cluster.ClusterOverview;
import dev.weft.engine.cluster.WorkerDetails;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.SubtaskDetails;
import dev.weft.engine.job.VertexDetails;
import dev.weft.engine.protocol.TaskMetrics;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Metrics by name: the names alone when nothing is asked for, the values of the names in {@code
 * ?get=a,b} otherwise.
 */
final class MetricDocuments {
  private MetricDocuments() {}

  static Map<String, Long> ofJob(JobDetails job, long now) {
    Map<String, Long> metrics = new TreeMap<>();
    metrics.put("numRestarts", (long) Math.max(0, job.attempt() - 1));
    metrics.put("numberOfCompletedCheckpoints", (long) job.checkpoints().counts().completed());
    metrics.put("numberOfFailedCheckpoints", (long) job.checkpoints().counts().failed());
    metrics.put("numberOfInProgressCheckpoints", (long) job.checkpoints().counts().inProgress());
    if (job.checkpoints().latestCompleted() != null) {
      var last = job.checkpoints().latestCompleted();
      metrics.put("lastCheckpointSize", last.progress().bytes());
      metrics.put("lastCheckpointDuration", last.progress().endedMillis() - last.triggeredMillis());
    }
    Long running = job.summary().enteredMillis().get(JobStatus.RUNNING);
    boolean runs = job.summary().status() == JobStatus.RUNNING && running != null;
    metrics.put("uptime", runs ? now - running : 0);
    return metrics;
  }

  static Map<String, Number> ofVertex(VertexDetails vertex) {
    Map<String, Number> metrics = new TreeMap<>();
    for (SubtaskDetails subtask : vertex.subtasks()) {
      if (subtask.metrics() != null) {
        ofSubtask(subtask.metrics())
            .forEach((name, value) -> metrics.put(subtask.subtask() + "." + name, value));
        subtask
            .metrics()
            .user()
            .values()
            .forEach((name, value) -> metrics.put(subtask.subtask() + "." + name, value));
      }
    }
    return metrics;
  }

  static Map<String, Long> ofSubtask(TaskMetrics metrics) {
    Map<String, Long> values = new TreeMap<>();
    values.put("numRecordsIn", metrics.recordsIn());
    values.put("numRecordsOut", metrics.recordsOut());
    values.put("numBytesIn", metrics.bytesIn());
    values.put("numBytesOut", metrics.bytesOut());
    values.put("currentInputWatermark", metrics.watermark());
    values.put("accumulateBusyTimeMs", metrics.busyNanos() / 1_000_000);
    values.put("numLateRecordsDropped", metrics.lateRecordsDropped());
    return values;
  }

  static Map<String, Long> ofWorker(WorkerDetails worker) {
    return new TreeMap<>(worker.gauges());
  }

  static Map<String, Long> ofCluster(ClusterOverview cluster) {
    Map<String, Long> metrics = new TreeMap<>();
    metrics.put("numRegisteredTaskManagers", (long) cluster.workers());
    metrics.put("numRunningJobs", (long) cluster.jobs().running());
    metrics.put("taskSlotsTotal", (long) cluster.slotsTotal());
    metrics.put("taskSlotsAvailable", (long) cluster.slotsFree());
    return metrics;
  }

  /** One thing's metrics. */
  static ArrayNode single(Map<String, ? extends Number> metrics, String get) {
    ArrayNode document = Json.array();
    if (get == null) {
      metrics.keySet().forEach(name -> document.addObject().put("id", name));
      return document;
    }
    for (String name : names(get)) {
      Number value = metrics.get(name);
      if (value != null) {
        document.addObject().put("id", name).put("value", text(value));
      }
    }
    return document;
  }

  private static String text(Number value) {
    return value.doubleValue() == value.longValue()
        ? String.valueOf(value.longValue())
        : String.valueOf(value);
  }

  /** Several things' metrics, aggregated. */
  static ArrayNode aggregated(List<Map<String, Long>> all, String get, String aggregations) {
    ArrayNode document = Json.array();
    Set<String> known = new TreeSet<>();
    all.forEach(metrics -> known.addAll(metrics.keySet()));
    if (get == null) {
      known.forEach(name -> document.addObject().put("id", name));
      return document;
    }
    List<String> wanted =
        aggregations == null ? List.of("min", "max", "avg", "sum") : names(aggregations);
    for (String name : names(get)) {
      var statistics =
          all.stream()
              .map(metrics -> metrics.get(name))
              .filter(java.util.Objects::nonNull)
              .mapToLong(Long::longValue)
              .summaryStatistics();
      if (statistics.getCount() == 0) {
        continue;
      }
      ObjectNode node = document.addObject().put("id", name);
      for (String aggregation : wanted) {
        switch (aggregation) {
          case "min" -> node.put("min", (double) statistics.getMin());
          case "max" -> node.put("max", (double) statistics.getMax());
          case "avg" -> node.put("avg", statistics.getAverage());
          case "sum" -> node.put("sum", (double) statistics.getSum());
          default ->
              throw RestException.badRequest(
                  "agg='" + aggregation + "' is none of min, max, avg, sum");
        }
      }
    }
    return document;
  }

  private static List<String> names(String commaSeparated) {
    return Arrays.stream(commaSeparated.split(",")).map(String::trim).toList();
  }
}
