package dev.weft.engine.server.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.plan.RescaleReport;
import dev.weft.engine.plan.RescaleRequest;
import dev.weft.engine.protocol.VertexSpec;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Calls that change the parallelism of a running job and ask what became of it. The client may
 * choose the id of an order; the same id again orders nothing new.
 */
final class RescaleRoutes {
  private final ControlGateway gateway;

  RescaleRoutes(ControlGateway gateway) {
    this.gateway = gateway;
  }

  List<Route> routes() {
    return List.of(
        Route.change(HandlerType.PATCH, "/jobs/{jobid}/rescaling", this::rescale),
        Route.view("/jobs/{jobid}/rescaling/{triggerid}", this::report),
        Route.change(HandlerType.PUT, "/jobs/{jobid}/resource-requirements", this::require),
        Route.view("/jobs/{jobid}/resource-requirements", this::requirements));
  }

  /** {@code ?parallelism=N}, or a body with {@code parallelism}, {@code vertices}, both. */
  private void rescale(Context context) {
    JsonNode body = SnapshotRoutes.body(context);
    String query = context.queryParam("parallelism");
    JsonNode inBody = body.path("parallelism");
    int parallelism =
        query != null
            ? number("parallelism", query)
            : inBody.isMissingNode() ? 0 : number("parallelism", inBody.asText());
    Map<String, Integer> byVertex = new TreeMap<>();
    fields(body.path("vertices"))
        .forEach((name, value) -> byVertex.put(name, number(name, value.asText())));
    if (byVertex.isEmpty() && query == null && inBody.isMissingNode()) {
      throw RestException.badRequest("parallelism is missing, such as ?parallelism=4");
    }
    String id = SnapshotRoutes.orderId(body);
    order(context, new RescaleRequest(id, parallelism, byVertex));
    Json.answer(context, 202, Json.object().put("request-id", id));
  }

  private void require(Context context) {
    Map<String, Integer> byVertex = new TreeMap<>();
    fields(SnapshotRoutes.body(context))
        .forEach(
            (vertex, wanted) -> {
              JsonNode bounds = wanted.path("parallelism");
              int upper = number("upperBound of " + vertex, bounds.path("upperBound").asText());
              String lowest = bounds.path("lowerBound").asText(Integer.toString(upper));
              requireSame(vertex, number("lowerBound of " + vertex, lowest), upper);
              byVertex.put(vertex, upper);
            });
    if (byVertex.isEmpty()) {
      throw RestException.badRequest(
          "The request names no vertex; send {\"<vertex id>\": {\"parallelism\":"
              + " {\"lowerBound\": 4, \"upperBound\": 4}}}");
    }
    String id = SnapshotRoutes.newId();
    order(context, new RescaleRequest(id, 0, byVertex));
    Json.answer(context, 200, Json.object().put("request-id", id));
  }

  /** A job never runs with what slots there are between two bounds, so nobody may count on it. */
  private static void requireSame(String vertex, int lower, int upper) {
    if (lower != upper) {
      throw RestException.badRequest(
          "lowerBound of "
              + vertex
              + " is "
              + lower
              + " and its upperBound "
              + upper
              + ", which is not supported: a job gets the parallelism that is asked for or keeps"
              + " the one that it has, and does not follow the slots between two bounds. Give both"
              + " the same value, or leave lowerBound out");
    }
  }

  private static Map<String, JsonNode> fields(JsonNode object) {
    Map<String, JsonNode> result = new TreeMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> it = object.fields(); it.hasNext(); ) {
      Map.Entry<String, JsonNode> field = it.next();
      result.put(field.getKey(), field.getValue());
    }
    return result;
  }

  private static int number(String what, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw RestException.badRequest(what + " '" + text + "' is not a whole number");
    }
  }

  private void order(Context context, RescaleRequest request) {
    String jobId = context.pathParam("jobid");
    find(jobId);
    try {
      gateway.ask(
          control -> {
            control.rescale(jobId, request);
            return null;
          });
    } catch (WeftException e) {
      if (e.code() == ErrorCode.USER) {
        throw new RestException(409, e.getMessage(), e);
      }
      throw e;
    }
  }

  private JobDetails find(String jobId) {
    return gateway
        .ask(control -> control.job(jobId))
        .orElseThrow(() -> RestException.notFound("There is no job " + jobId));
  }

  private void report(Context context) {
    String id = context.pathParam("triggerid");
    JobDetails job = find(context.pathParam("jobid"));
    RescaleReport report =
        job.rescales().stream()
            .filter(each -> each.order().id().equals(id))
            .findFirst()
            .orElseThrow(
                () ->
                    RestException.notFound(
                        "Nothing is known of the order "
                            + id
                            + "; the job has the parallelisms "
                            + job.plan().parallelisms()));
    boolean over = report.status() != RescaleReport.Status.IN_PROGRESS;
    ObjectNode document = Json.object();
    document.putObject("status").put("id", over ? "COMPLETED" : "IN_PROGRESS");
    ObjectNode operation = document.putObject("operation");
    if (report.status() == RescaleReport.Status.FAILED) {
      SnapshotRoutes.failure(operation, report.failure().code(), report.failure().message());
    }
    Json.answer(context, 200, document);
  }

  private void requirements(Context context) {
    JobDetails job = find(context.pathParam("jobid"));
    ObjectNode document = Json.object();
    for (VertexSpec vertex : job.plan().vertices()) {
      document
          .putObject(vertex.id())
          .putObject("parallelism")
          .put("lowerBound", vertex.parallelism())
          .put("upperBound", vertex.parallelism());
    }
    Json.answer(context, 200, document);
  }
}
