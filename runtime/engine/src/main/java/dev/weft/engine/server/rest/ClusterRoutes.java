package dev.weft.engine.server.rest;

import dev.weft.api.config.Configuration;
import dev.weft.engine.cluster.WorkerDetails;
import dev.weft.engine.world.Clock;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Calls about the cluster, its workers and this process. */
final class ClusterRoutes {
  private static final String PAGE = "/dev/weft/engine/server/rest/index.html";

  private final ControlGateway gateway;
  private final Clock clock;
  private final Configuration configuration;
  private final PrometheusExport prometheus;
  private final Runnable shutdown;

  ClusterRoutes(
      ControlGateway gateway,
      Clock clock,
      Configuration configuration,
      PrometheusExport prometheus,
      Runnable shutdown) {
    this.gateway = gateway;
    this.clock = clock;
    this.configuration = configuration;
    this.prometheus = prometheus;
    this.shutdown = shutdown;
  }

  List<Route> routes() {
    return List.of(
        new Route(HandlerType.GET, "/health", Role.ANYONE, this::health),
        Route.view("/", ClusterRoutes::page),
        Route.view(
            "/overview",
            c -> ok(c, ClusterDocuments.overview(gateway.ask(control -> control.overview())))),
        Route.view(
            "/config",
            c -> ok(c, ClusterDocuments.config(clock.instant().atZone(ZoneId.systemDefault())))),
        Route.view("/jobmanager/config", c -> ok(c, ClusterDocuments.options(configuration))),
        Route.view("/jobmanager/metrics", this::ownMetrics),
        Route.view("/taskmanagers", c -> ok(c, ClusterDocuments.workers(workers(), now()))),
        Route.view("/taskmanagers/metrics", this::allMetrics),
        Route.view(
            "/taskmanagers/{taskmanagerid}", c -> ok(c, ClusterDocuments.worker(find(c), now()))),
        Route.view(
            "/taskmanagers/{taskmanagerid}/metrics",
            c ->
                ok(
                    c,
                    MetricDocuments.single(
                        MetricDocuments.ofWorker(find(c)), c.queryParam("get")))),
        Route.view("/metrics", this::scrape),
        Route.change(HandlerType.DELETE, "/cluster", this::shutDown));
  }

  private long now() {
    return clock.currentTimeMillis();
  }

  private static void ok(Context context, com.fasterxml.jackson.databind.JsonNode document) {
    Json.answer(context, 200, document);
  }

  private List<WorkerDetails> workers() {
    return gateway.ask(control -> control.workers());
  }

  private WorkerDetails find(Context context) {
    String id = context.pathParam("taskmanagerid");
    return workers().stream()
        .filter(worker -> worker.workerId().equals(id))
        .findFirst()
        .orElseThrow(() -> RestException.notFound("There is no TaskManager " + id));
  }

  private void health(Context context) {
    ok(context, Json.object().put("status", "ok").put("leading", gateway.isOpen()));
  }

  private void ownMetrics(Context context) {
    ok(
        context,
        MetricDocuments.single(
            MetricDocuments.ofCluster(gateway.ask(control -> control.overview())),
            context.queryParam("get")));
  }

  private void allMetrics(Context context) {
    String wanted = context.queryParam("taskmanagers");
    List<Map<String, Long>> metrics = new ArrayList<>();
    for (WorkerDetails worker : workers()) {
      if (wanted == null || List.of(wanted.split(",")).contains(worker.workerId())) {
        metrics.add(MetricDocuments.ofWorker(worker));
      }
    }
    ok(
        context,
        MetricDocuments.aggregated(metrics, context.queryParam("get"), context.queryParam("agg")));
  }

  private void scrape(Context context) {
    context.contentType("text/plain; version=0.0.4; charset=utf-8");
    context.result(
        prometheus.scrape(
            gateway.ask(control -> control.overview()),
            JobRoutes.allJobs(gateway),
            workers(),
            now()));
  }

  private void shutDown(Context context) {
    Json.answer(context, 202, Json.object());
    shutdown.run();
  }

  private static void page(Context context) throws IOException {
    try (InputStream in = ClusterRoutes.class.getResourceAsStream(PAGE)) {
      context.contentType("text/html; charset=utf-8");
      context.header(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline';"
              + " connect-src 'self'; frame-ancestors 'none'");
      context.header("X-Content-Type-Options", "nosniff");
      context.header("Referrer-Policy", "no-referrer");
      context.result(in.readAllBytes());
    }
  }
}
