package dev.weft.engine.server.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;

/** JSON in and out. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Json() {}

  static ObjectNode object() {
    return NODES.objectNode();
  }

  static ArrayNode array() {
    return NODES.arrayNode();
  }

  /** Answers with a document. */
  static void answer(Context context, int status, JsonNode document) {
    try {
      context.status(status);
      context.contentType("application/json; charset=UTF-8");
      context.header("Cache-Control", "no-store");
      context.result(MAPPER.writeValueAsBytes(document));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of nodes can be written", e);
    }
  }

  /** Answers with an error as Flink's clients expect it. */
  static void refuse(Context context, int status, String message) {
    ObjectNode document = object();
    document.putArray("errors").add(message);
    answer(context, status, document);
  }

  static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new RestException(400, "The request is no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
