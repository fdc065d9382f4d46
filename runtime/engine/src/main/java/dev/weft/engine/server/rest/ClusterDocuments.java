package dev.weft.engine.server.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.api.config.Configuration;
import dev.weft.engine.cluster.ClusterOverview;
import dev.weft.engine.cluster.WorkerDetails;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What REST says of the cluster and its workers. */
final class ClusterDocuments {
  private static final int REFRESH_MILLIS = 3000;
  private static final String COMMIT = "unknown";

  private ClusterDocuments() {}

  /** The release that runs. */
  static String version() {
    String version = ClusterDocuments.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  static ObjectNode overview(ClusterOverview cluster) {
    ObjectNode document = Json.object();
    document.put("taskmanagers", cluster.workers());
    document.put("slots-total", cluster.slotsTotal());
    document.put("slots-available", cluster.slotsFree());
    document.put("jobs-running", cluster.jobs().running());
    document.put("jobs-finished", cluster.jobs().finished());
    document.put("jobs-cancelled", cluster.jobs().cancelled());
    document.put("jobs-failed", cluster.jobs().failed());
    document.put("waiting", cluster.waiting());
    document.put("flink-version", version());
    document.put("flink-commit", COMMIT);
    return document;
  }

  static ObjectNode config(ZonedDateTime now) {
    ObjectNode document = Json.object();
    document.put("refresh-interval", REFRESH_MILLIS);
    document.put(
        "timezone-name", ZoneId.systemDefault().getDisplayName(TextStyle.FULL, Locale.ROOT));
    document.put("timezone-offset", now.getOffset().getTotalSeconds() * 1000);
    document.put("flink-version", version());
    document.put("flink-revision", COMMIT);
    document
        .putObject("features")
        .put("web-submit", false)
        .put("web-cancel", true)
        .put("web-rescale", false)
        .put("web-history", false);
    return document;
  }

  static ArrayNode options(Configuration configuration) {
    ArrayNode document = Json.array();
    for (Map.Entry<String, String> option : configuration.toMap().entrySet()) {
      document
          .addObject()
          .put("key", option.getKey())
          .put("value", Redaction.of(option.getKey(), option.getValue()));
    }
    return document;
  }

  static ObjectNode workers(List<WorkerDetails> workers, long now) {
    ObjectNode document = Json.object();
    ArrayNode array = document.putArray("taskmanagers");
    workers.forEach(worker -> array.add(worker(worker, now)));
    return document;
  }

  static ObjectNode worker(WorkerDetails worker, long now) {
    ObjectNode node = Json.object();
    node.put("id", worker.workerId());
    node.put("path", worker.data().toString());
    node.put("dataPort", worker.data().port());
    node.put("jmxPort", -1);
    node.put("timeSinceLastHeartbeat", now - worker.sinceHeartbeatMillis());
    node.put("slotsNumber", worker.slots());
    node.put("freeSlots", worker.slotsFree());
    ObjectNode hardware = node.putObject("hardware");
    hardware.put("cpuCores", worker.gauges().getOrDefault("cpu.cores", 0L));
    hardware.put("physicalMemory", 0);
    hardware.put("freeMemory", worker.gauges().getOrDefault("jvm.heap.max", 0L));
    hardware.put("managedMemory", 0);
    ObjectNode attributes = node.putObject("attributes");
    worker.attributes().forEach(attributes::put);
    ObjectNode metrics = node.putObject("metrics");
    worker.gauges().forEach(metrics::put);
    return node;
  }
}
