package dev.weft.engine.server.rest;

import dev.weft.engine.checkpoint.CheckpointEntry;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.VertexDetails;
import dev.weft.engine.world.Clock;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Calls about jobs. */
final class JobRoutes {
  private static final int EXCEPTIONS_DEFAULT = 20;

  private final ControlGateway gateway;
  private final Clock clock;
  private final JobSubmission submission;

  JobRoutes(ControlGateway gateway, Clock clock, JobSubmission submission) {
    this.gateway = gateway;
    this.clock = clock;
    this.submission = submission;
  }

  /** Fixed paths first: of two that fit, the first is taken. */
  List<Route> routes() {
    return List.of(
        Route.view("/jobs", c -> ok(c, JobDocuments.ids(gateway.ask(control -> control.jobs())))),
        Route.change(HandlerType.POST, "/jobs", submission::submit),
        Route.view(
            "/jobs/overview",
            c -> ok(c, JobDocuments.overview(gateway.ask(control -> control.jobs()), now()))),
        Route.view("/jobs/metrics", this::allMetrics),
        Route.view("/jobs/{jobid}", job(job -> JobDocuments.details(job, now()))),
        Route.change(HandlerType.PATCH, "/jobs/{jobid}", this::terminate),
        Route.view(
            "/jobs/{jobid}/status",
            job(job -> Json.object().put("status", job.summary().status().name()))),
        Route.view(
            "/jobs/{jobid}/plan", job(job -> dev.weft.engine.plan.PlanDocument.of(job.plan()))),
        Route.view("/jobs/{jobid}/config", job(job -> JobDocuments.config(job.plan()))),
        Route.view("/jobs/{jobid}/exceptions", this::exceptions),
        Route.view(
            "/jobs/{jobid}/execution-result", job(job -> JobDocuments.executionResult(job, now()))),
        Route.view(
            "/jobs/{jobid}/accumulators",
            c ->
                ok(
                    c,
                    AccumulatorDocuments.of(
                        find(c), "true".equals(c.queryParam("includeSerializedValue"))))),
        Route.view(
            "/jobs/{jobid}/checkpoints",
            job(job -> CheckpointDocuments.statistics(job.checkpoints()))),
        Route.change(HandlerType.POST, "/jobs/{jobid}/checkpoints", this::triggerCheckpoint),
        Route.view(
            "/jobs/{jobid}/checkpoints/config", job(job -> CheckpointDocuments.config(job.plan()))),
        Route.view("/jobs/{jobid}/checkpoints/details/{checkpointid}", this::checkpoint),
        Route.view("/jobs/{jobid}/metrics", this::metrics),
        Route.view(
            "/jobs/{jobid}/vertices/{vertexid}",
            vertex((c, job, vertex) -> JobDocuments.vertex(job.summary(), vertex, now()))),
        Route.view(
            "/jobs/{jobid}/vertices/{vertexid}/watermarks",
            vertex((c, job, vertex) -> JobDocuments.watermarks(vertex))),
        Route.view(
            "/jobs/{jobid}/vertices/{vertexid}/metrics",
            vertex(
                (c, job, vertex) ->
                    MetricDocuments.single(
                        MetricDocuments.ofVertex(vertex), c.queryParam("get")))));
  }

  private long now() {
    return clock.currentTimeMillis();
  }

  private static void ok(Context context, com.fasterxml.jackson.databind.JsonNode document) {
    Json.answer(context, 200, document);
  }

  private JobDetails find(Context context) {
    String id = context.pathParam("jobid");
    return gateway
        .ask(control -> control.job(id))
        .orElseThrow(() -> RestException.notFound("There is no job " + id));
  }

  private Handler job(Function<JobDetails, com.fasterxml.jackson.databind.JsonNode> document) {
    return context -> ok(context, document.apply(find(context)));
  }

  /** Makes a document about a vertex. */
  private interface VertexAnswer {
    com.fasterxml.jackson.databind.JsonNode of(
        Context context, JobDetails job, VertexDetails vertex);
  }

  private Handler vertex(VertexAnswer answer) {
    return context -> {
      JobDetails job = find(context);
      String id = context.pathParam("vertexid");
      VertexDetails vertex =
          job.vertices().stream()
              .filter(v -> v.id().equals(id))
              .findFirst()
              .orElseThrow(
                  () ->
                      RestException.notFound(
                          "The job " + job.summary().jobId() + " has no vertex " + id));
      ok(context, answer.of(context, job, vertex));
    };
  }

  private void terminate(Context context) {
    String mode = context.queryParam("mode");
    if (mode != null && !mode.equals("cancel")) {
      throw RestException.badRequest("mode='" + mode + "' is not known; use mode=cancel");
    }
    String id = context.pathParam("jobid");
    JobDetails job = find(context);
    if (job.summary().status().isTerminal()) {
      throw RestException.conflict(
          "The job " + id + " has ended already as " + job.summary().status());
    }
    gateway.ask(control -> control.cancel(id));
    Json.answer(context, 202, Json.object());
  }

  private void triggerCheckpoint(Context context) {
    String id = find(context).summary().jobId();
    if (!gateway.ask(control -> control.triggerCheckpoint(id))) {
      throw RestException.conflict("The job " + id + " does not run, so no checkpoint is taken");
    }
    Json.answer(context, 202, Json.object().put("request-id", id));
  }

  private void exceptions(Context context) {
    String max = context.queryParam("maxExceptions");
    int limit = EXCEPTIONS_DEFAULT;
    if (max != null) {
      try {
        limit = Integer.parseInt(max);
      } catch (NumberFormatException e) {
        limit = -1;
      }
      if (limit < 0) {
        throw RestException.badRequest("maxExceptions='" + max + "' is no number of exceptions");
      }
    }
    ok(context, JobDocuments.exceptions(find(context), limit));
  }

  private void checkpoint(Context context) {
    String id = context.pathParam("checkpointid");
    CheckpointEntry entry =
        find(context).checkpoints().history().stream()
            .filter(checkpoint -> String.valueOf(checkpoint.id()).equals(id))
            .findFirst()
            .orElseThrow(() -> RestException.notFound("Nothing is known of a checkpoint " + id));
    ok(context, CheckpointDocuments.entry(entry));
  }

  private void metrics(Context context) {
    ok(
        context,
        MetricDocuments.single(
            MetricDocuments.ofJob(find(context), now()), context.queryParam("get")));
  }

  private void allMetrics(Context context) {
    String wanted = context.queryParam("jobs");
    List<JobDetails> jobs = allJobs(gateway);
    List<Map<String, Long>> metrics = new ArrayList<>();
    for (JobDetails job : jobs) {
      if (wanted == null || List.of(wanted.split(",")).contains(job.summary().jobId())) {
        metrics.add(MetricDocuments.ofJob(job, now()));
      }
    }
    ok(
        context,
        MetricDocuments.aggregated(metrics, context.queryParam("get"), context.queryParam("agg")));
  }

  static List<JobDetails> allJobs(ControlGateway gateway) {
    return gateway.ask(
        control ->
            control.jobs().stream()
                .flatMap(summary -> control.job(summary.jobId()).stream())
                .toList());
  }
}
