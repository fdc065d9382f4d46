package dev.weft.engine.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.VertexSpec;

/** A plan as JSON, with the field names that REST clients of Flink know. */
public final class PlanDocument {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private PlanDocument() {}

  /** The answer to {@code /jobs/:id/plan}. */
  public static ObjectNode of(JobPlan plan) {
    ObjectNode inner = JSON.objectNode();
    inner.put("jid", plan.jobId());
    inner.put("name", plan.name());
    inner.put("type", plan.batch() ? "BATCH" : "STREAMING");
    ArrayNode nodes = inner.putArray("nodes");
    for (VertexSpec vertex : plan.vertices()) {
      ObjectNode node = nodes.addObject();
      node.put("id", vertex.id());
      node.put("parallelism", vertex.parallelism());
      node.put("maxParallelism", vertex.maxParallelism());
      node.put("operator", "");
      node.put("operator_strategy", "");
      node.put("description", vertex.name());
      ArrayNode uids = node.putArray("uids");
      vertex.operatorUids().forEach(uids::add);
      node.putObject("optimizer_properties");
      addInputs(plan, vertex, node);
    }
    ObjectNode document = JSON.objectNode();
    document.set("plan", inner);
    return document;
  }

  private static void addInputs(JobPlan plan, VertexSpec vertex, ObjectNode node) {
    ArrayNode inputs = node.putArray("inputs");
    for (EdgeSpec edge : plan.edges()) {
      if (edge.target() == vertex.index()) {
        ObjectNode input = inputs.addObject();
        input.put("num", inputs.size() - 1);
        input.put("id", plan.vertices().get(edge.source()).id());
        input.put("ship_strategy", edge.kind().name());
        input.put("exchange", edge.materialized() ? "blocking" : "pipelined_bounded");
      }
    }
  }
}
