package dev.weft.engine.server.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExternalizedCheckpointRetention;
import dev.weft.engine.checkpoint.CheckpointEntry;
import dev.weft.engine.checkpoint.CheckpointStatistics;
import dev.weft.engine.plan.JobPlan;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;

/** What REST says of checkpoints. */
final class CheckpointDocuments {
  private CheckpointDocuments() {}

  static ObjectNode statistics(CheckpointStatistics checkpoints) {
    ObjectNode document = Json.object();
    CheckpointStatistics.Counts counts = checkpoints.counts();
    document
        .putObject("counts")
        .put("restored", counts.restored())
        .put("total", counts.total())
        .put("in_progress", counts.inProgress())
        .put("completed", counts.completed())
        .put("failed", counts.failed());
    List<CheckpointEntry> completed =
        checkpoints.history().stream()
            .filter(entry -> entry.status() == CheckpointEntry.Status.COMPLETED)
            .toList();
    ObjectNode summary = document.putObject("summary");
    summary.set("checkpointed_size", spread(completed, entry -> entry.progress().bytes()));
    summary.set("state_size", spread(completed, entry -> entry.progress().stateBytes()));
    summary.set("end_to_end_duration", spread(completed, CheckpointDocuments::duration));
    summary.set("alignment_duration", spread(completed, entry -> entry.progress().alignMillis()));
    for (String unused : List.of("alignment_buffered", "processed_data", "persisted_data")) {
      summary.set(unused, spread(completed, entry -> 0));
    }
    ObjectNode latest = document.putObject("latest");
    putOrNull(latest, "completed", checkpoints.latestCompleted());
    putOrNull(latest, "savepoint", checkpoints.latestSavepoint());
    putOrNull(latest, "failed", checkpoints.latestFailed());
    if (checkpoints.restored() == null) {
      latest.putNull("restored");
    } else {
      latest
          .putObject("restored")
          .put("id", checkpoints.restored().id())
          .put("restore_timestamp", checkpoints.restored().restoredMillis())
          .put("is_savepoint", checkpoints.restored().savepoint())
          .put("external_path", checkpoints.restored().path());
    }
    ArrayNode history = document.putArray("history");
    checkpoints.history().forEach(entry -> history.add(entry(entry)));
    document.put("commits_pending", checkpoints.commitsPending());
    document.put("commit_trouble", checkpoints.commitTrouble());
    return document;
  }

  private static void putOrNull(ObjectNode parent, String name, CheckpointEntry entry) {
    if (entry == null) {
      parent.putNull(name);
    } else {
      parent.set(name, entry(entry));
    }
  }

  static ObjectNode entry(CheckpointEntry entry) {
    CheckpointEntry.Progress progress = entry.progress();
    ObjectNode node = Json.object();
    node.put(
        "className",
        switch (entry.status()) {
          case IN_PROGRESS -> "in_progress";
          case COMPLETED -> "completed";
          case FAILED -> "failed";
        });
    node.put("id", entry.id());
    node.put("status", entry.status().name());
    node.put("is_savepoint", entry.kind().isSavepoint());
    node.put("savepointFormat", entry.kind().isSavepoint() ? "CANONICAL" : null);
    node.put("trigger_timestamp", entry.triggeredMillis());
    node.put("latest_ack_timestamp", progress.latestAckMillis());
    node.put("checkpointed_size", progress.bytes());
    node.put("state_size", progress.stateBytes());
    node.put("end_to_end_duration", duration(entry));
    node.put("alignment_buffered", 0);
    node.put("alignment_duration", progress.alignMillis());
    node.put("processed_data", 0);
    node.put("persisted_data", 0);
    node.put("num_subtasks", progress.subtasks());
    node.put("num_acknowledged_subtasks", progress.acknowledged());
    node.put(
        "checkpoint_type",
        switch (entry.kind()) {
          case CHECKPOINT, FULL_CHECKPOINT -> "CHECKPOINT";
          case SAVEPOINT -> entry.last() ? "SYNC_SAVEPOINT" : "SAVEPOINT";
          case STOP -> "SYNC_SAVEPOINT";
        });
    node.put("last", entry.last());
    node.putObject("tasks");
    if (entry.status() == CheckpointEntry.Status.COMPLETED) {
      node.put("external_path", entry.path());
      node.put("discarded", false);
    } else if (entry.status() == CheckpointEntry.Status.FAILED) {
      node.put("failure_timestamp", progress.endedMillis());
      node.put("failure_message", entry.failure());
    }
    return node;
  }

  private static long duration(CheckpointEntry entry) {
    long end = Math.max(entry.progress().endedMillis(), entry.progress().latestAckMillis());
    return Math.max(0, end - entry.triggeredMillis());
  }

  private static ObjectNode spread(
      List<CheckpointEntry> entries, ToLongFunction<CheckpointEntry> value) {
    long[] sorted = entries.stream().mapToLong(value).sorted().toArray();
    ObjectNode node = Json.object();
    node.put("min", sorted.length == 0 ? 0 : sorted[0]);
    node.put("max", sorted.length == 0 ? 0 : sorted[sorted.length - 1]);
    node.put("avg", (long) java.util.Arrays.stream(sorted).average().orElse(0));
    node.put("p50", quantile(sorted, 0.5));
    node.put("p90", quantile(sorted, 0.9));
    node.put("p95", quantile(sorted, 0.95));
    node.put("p99", quantile(sorted, 0.99));
    node.put("p999", quantile(sorted, 0.999));
    return node;
  }

  private static long quantile(long[] sorted, double share) {
    return sorted.length == 0
        ? 0
        : sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
  }

  static ObjectNode config(JobPlan plan) {
    Configuration configuration = Configuration.of(plan.configuration());
    ObjectNode document = Json.object();
    document.put("mode", "exactly_once");
    document.put(
        "interval", millis(configuration.get(CheckpointingOptions.CHECKPOINTING_INTERVAL)));
    document.put("timeout", millis(configuration.get(CheckpointingOptions.CHECKPOINTING_TIMEOUT)));
    document.put(
        "min_pause", millis(configuration.get(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS)));
    document.put("max_concurrent", 1);
    document
        .putObject("externalization")
        .put("enabled", true)
        .put(
            "delete_on_cancellation",
            configuration.get(CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION)
                == ExternalizedCheckpointRetention.DELETE_ON_CANCELLATION);
    document.put("unaligned_checkpoints", false);
    return document;
  }

  private static long millis(Duration duration) {
    return duration == null ? -1 : duration.toMillis();
  }
}
