package dev.weft.engine.server.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.SubtaskDetails;
import dev.weft.engine.job.VertexDetails;
import dev.weft.engine.protocol.UserMetrics.AccumulatorBytes;

/**
 * The accumulators of a job, subtask by subtask: what the leader merges would be objects of the
 * job's classes, which it does not load here. The client merges the serialised values.
 */
final class AccumulatorDocuments {
  private AccumulatorDocuments() {}

  static JsonNode of(JobDetails job, boolean serialized) {
    ObjectNode document = Json.object();
    document.putArray("job-accumulators");
    ArrayNode values = document.putArray("user-task-accumulators");
    ArrayNode bytes = document.putArray("serialized-user-task-accumulators");
    for (VertexDetails vertex : job.vertices()) {
      for (SubtaskDetails subtask : vertex.subtasks()) {
        if (subtask.metrics() == null) {
          continue;
        }
        for (AccumulatorBytes one : subtask.metrics().user().accumulators()) {
          values
              .addObject()
              .put("name", one.name())
              .put("type", one.className())
              .put("value", one.text())
              .put("vertex", vertex.id())
              .put("subtask", subtask.subtask());
          if (serialized) {
            bytes
                .addObject()
                .put("name", one.name())
                .put("type", one.className())
                .put("bytes", one.bytes());
          }
        }
      }
    }
    return document;
  }
}
