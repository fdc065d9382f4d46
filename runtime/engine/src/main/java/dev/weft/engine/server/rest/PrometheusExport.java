package dev.weft.engine.server.rest;

import dev.weft.engine.cluster.ClusterOverview;
import dev.weft.engine.cluster.WorkerDetails;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.VertexDetails;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What Prometheus scrapes: a snapshot of cluster, jobs and workers, and this process's JVM. */
final class PrometheusExport implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
  private final Map<String, MultiGauge> gauges = new TreeMap<>();

  PrometheusExport() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    garbageCollection.bindTo(registry);
  }

  /** The text of a scrape. */
  synchronized String scrape(
      ClusterOverview cluster, List<JobDetails> jobs, List<WorkerDetails> workers, long now) {
    Map<String, List<MultiGauge.Row<?>>> rows = new TreeMap<>();
    MetricDocuments.ofCluster(cluster)
        .forEach((name, value) -> add(rows, "weft.cluster." + name, Tags.empty(), value));
    for (JobDetails job : jobs) {
      Tags tags = Tags.of("job_id", job.summary().jobId(), "job_name", job.summary().name());
      MetricDocuments.ofJob(job, now)
          .forEach((name, value) -> add(rows, "weft.job." + name, tags, value));
      add(rows, "weft.job.status", tags.and("status", job.summary().status().name()), 1);
      for (VertexDetails vertex : job.vertices()) {
        addSubtasks(rows, tags.and("vertex", vertex.name()), vertex);
      }
    }
    for (WorkerDetails worker : workers) {
      MetricDocuments.ofWorker(worker)
          .forEach(
              (name, value) ->
                  add(rows, "weft.worker." + name, Tags.of("worker", worker.workerId()), value));
    }
    // Rows that are gone must vanish, so every gauge ever seen is registered anew.
    gauges.keySet().forEach(name -> rows.computeIfAbsent(name, absent -> List.of()));
    rows.forEach(
        (name, values) ->
            gauges
                .computeIfAbsent(name, n -> MultiGauge.builder(n).register(registry))
                .register(values, true));
    return registry.scrape();
  }

  private static void addSubtasks(
      Map<String, List<MultiGauge.Row<?>>> rows, Tags tags, VertexDetails vertex) {
    vertex.subtasks().stream()
        .filter(subtask -> subtask.metrics() != null)
        .forEach(
            subtask ->
                MetricDocuments.ofSubtask(subtask.metrics())
                    .forEach(
                        (name, value) ->
                            add(
                                rows,
                                "weft.task." + name,
                                tags.and("subtask", String.valueOf(subtask.subtask())),
                                value)));
    vertex.subtasks().stream()
        .filter(subtask -> subtask.metrics() != null)
        .forEach(
            subtask ->
                subtask
                    .metrics()
                    .user()
                    .values()
                    .forEach(
                        (name, value) ->
                            add(
                                rows,
                                "weft.user." + name,
                                tags.and("subtask", String.valueOf(subtask.subtask())),
                                value)));
  }

  private static void add(
      Map<String, List<MultiGauge.Row<?>>> rows, String name, Tags tags, Number value) {
    rows.computeIfAbsent(name, absent -> new ArrayList<>()).add(MultiGauge.Row.of(tags, value));
  }

  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }
}
