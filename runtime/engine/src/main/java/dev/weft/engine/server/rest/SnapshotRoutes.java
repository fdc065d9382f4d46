package dev.weft.engine.server.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.checkpoint.SnapshotDisposal;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.checkpoint.SnapshotOrder.Kind;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.SnapshotReport;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Calls that order checkpoints and savepoints and ask what became of them. The client may choose
 * the id of an order; the same id again orders nothing new.
 */
final class SnapshotRoutes {
  private static final int ID_CHARS = 32;
  private static final int DISPOSALS_MAX = 100;

  private final ControlGateway gateway;
  private final FileStore files;
  private final Map<String, String> disposals =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
              return size() > DISPOSALS_MAX;
            }
          });

  /**
   * The calls.
   *
   * @param files where savepoints lie
   */
  SnapshotRoutes(ControlGateway gateway, FileStore files) {
    this.gateway = gateway;
    this.files = files;
  }

  List<Route> routes() {
    return List.of(
        Route.change(HandlerType.POST, "/jobs/{jobid}/checkpoints", this::checkpoint),
        Route.view("/jobs/{jobid}/checkpoints/{triggerid}", c -> report(c, "checkpointId")),
        Route.change(HandlerType.POST, "/jobs/{jobid}/savepoints", this::savepoint),
        Route.view("/jobs/{jobid}/savepoints/{triggerid}", c -> report(c, "location")),
        Route.change(HandlerType.POST, "/jobs/{jobid}/stop", this::stop),
        Route.change(HandlerType.POST, "/savepoint-disposal", this::dispose),
        Route.view("/savepoint-disposal/{triggerid}", this::disposed));
  }

  private void checkpoint(Context context) {
    JsonNode body = body(context);
    String type = body.path("checkpointType").asText("CONFIGURED");
    Kind kind =
        switch (type) {
          case "CONFIGURED", "INCREMENTAL" -> Kind.CHECKPOINT;
          case "FULL" -> Kind.FULL_CHECKPOINT;
          default ->
              throw RestException.badRequest(
                  "checkpointType '"
                      + type
                      + "' is not known; use CONFIGURED, FULL or INCREMENTAL");
        };
    order(context, body, kind, "");
  }

  private void savepoint(Context context) {
    JsonNode body = body(context);
    if (body.path("cancel-job").asBoolean(false)) {
      throw RestException.badRequest(
          "cancel-job is not served, since output would be lost or repeated; use POST"
              + " /jobs/:jobid/stop, which ends the job with a savepoint");
    }
    checkFormat(body);
    order(context, body, Kind.SAVEPOINT, body.path("target-directory").asText(""));
  }

  private void stop(Context context) {
    JsonNode body = body(context);
    checkFormat(body);
    boolean drain = body.path("drain").asBoolean(false);
    order(context, body, drain ? Kind.DRAIN : Kind.STOP, body.path("targetDirectory").asText(""));
  }

  private static void checkFormat(JsonNode body) {
    String format = body.path("formatType").asText("CANONICAL");
    if (!format.equals("CANONICAL") && !format.equals("NATIVE")) {
      throw RestException.badRequest(
          "formatType '" + format + "' is not known; use CANONICAL or NATIVE, which are the same");
    }
  }

  private void order(Context context, JsonNode body, Kind kind, String directory) {
    String jobId = context.pathParam("jobid");
    String id = orderId(body);
    find(jobId);
    SnapshotOrder order = new SnapshotOrder(id, kind, directory);
    try {
      gateway.ask(
          control -> {
            control.order(jobId, order);
            return null;
          });
    } catch (WeftException e) {
      if (e.code() == ErrorCode.USER) {
        throw new RestException(409, e.getMessage(), e);
      }
      throw e;
    }
    Json.answer(context, 202, Json.object().put("request-id", id));
  }

  /** The id of an order: what the client chose, else a new one. */
  static String orderId(JsonNode body) {
    String wanted = body.path("triggerId").asText("");
    if (!wanted.isEmpty() && !wanted.matches("[0-9a-fA-F]{" + ID_CHARS + "}")) {
      throw RestException.badRequest("triggerId '" + wanted + "' is not 32 hexadecimal digits");
    }
    return wanted.isEmpty() ? newId() : wanted;
  }

  static String newId() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  /** What was sent; an empty object for nothing. */
  static JsonNode body(Context context) {
    String text = context.body();
    JsonNode body = text.isBlank() ? Json.object() : Json.parse(text);
    if (!body.isObject()) {
      throw RestException.badRequest("The request is no JSON object");
    }
    return body;
  }

  private JobDetails find(String jobId) {
    return gateway
        .ask(control -> control.job(jobId))
        .orElseThrow(() -> RestException.notFound("There is no job " + jobId));
  }

  private void report(Context context, String result) {
    String id = context.pathParam("triggerid");
    JobDetails job = find(context.pathParam("jobid"));
    SnapshotReport report =
        job.snapshots().stream()
            .filter(each -> each.order().id().equals(id))
            .findFirst()
            .orElseThrow(
                () ->
                    RestException.notFound(
                        "Nothing is known of the order "
                            + id
                            + "; after a change of the leader look at the job's checkpoints"));
    ObjectNode document = Json.object();
    boolean over = report.status() != SnapshotReport.Status.IN_PROGRESS;
    document.putObject("status").put("id", over ? "COMPLETED" : "IN_PROGRESS");
    ObjectNode operation = document.putObject("operation");
    if (report.status() == SnapshotReport.Status.FAILED) {
      failure(operation, report.failure().code(), report.failure().message());
    }
    if (result.equals("location") && !report.location().isEmpty()) {
      operation.put(result, report.location());
    } else if (report.checkpointId() > 0) {
      operation.put("checkpointId", report.checkpointId());
    }
    Json.answer(context, 200, document);
  }

  static void failure(ObjectNode operation, ErrorCode code, String message) {
    operation
        .putObject("failure-cause")
        .put("class", code.name())
        .put("message", message)
        .put("stack-trace", message);
  }

  private void dispose(Context context) {
    String path = body(context).path("savepoint-path").asText("");
    if (path.isEmpty()) {
      throw RestException.badRequest("savepoint-path is missing");
    }
    String id = newId();
    String problem = "";
    try {
      SnapshotDisposal.dispose(files, path);
    } catch (WeftException | IOException e) {
      problem = String.valueOf(e.getMessage());
    }
    disposals.put(id, problem);
    Json.answer(context, 202, Json.object().put("request-id", id));
  }

  private void disposed(Context context) {
    String id = context.pathParam("triggerid");
    String problem = disposals.get(id);
    if (problem == null) {
      throw RestException.notFound("Nothing is known of the disposal " + id);
    }
    ObjectNode document = Json.object();
    document.putObject("status").put("id", "COMPLETED");
    if (!problem.isEmpty()) {
      failure(document.putObject("operation"), ErrorCode.USER, problem);
    }
    Json.answer(context, 200, document);
  }
}
