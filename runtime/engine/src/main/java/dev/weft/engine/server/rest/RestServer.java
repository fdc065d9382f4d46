package dev.weft.engine.server.rest;

import dev.weft.api.config.Configuration;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.server.net.PortRange;
import dev.weft.engine.server.security.ApplicationSecret;
import dev.weft.engine.world.Clock;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.SizeUnit;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.router.Endpoint;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves REST. Starting and stopping may block. */
public final class RestServer implements AutoCloseable {
  private static final int THREADS_MAX = 32;
  private static final int THREADS_MIN = 4;
  private static final int HEADER_BYTES_MAX = 16 * 1024;
  private static final int IN_MEMORY_BYTES_MAX = 64 * 1024;
  private static final String VERSION_PREFIX = "/v1";
  private static final Logger LOG = LoggerFactory.getLogger(RestServer.class);

  private final RestSettings settings;
  private final AccessControl access;
  private final PrometheusExport prometheus = new PrometheusExport();
  private final List<Route> routes = new ArrayList<>();
  private Javalin server;

  /**
   * What is served.
   *
   * @param gateway to the control thread
   * @param jars where submitted jars go
   * @param configuration shown at {@code /jobmanager/config}
   * @param proxy whose word replaces a token, if any
   * @param shutdown called when the cluster is to end; must not block
   */
  public record Served(
      ControlGateway gateway,
      Clock clock,
      JarStore jars,
      Configuration configuration,
      Optional<TrustedProxy> proxy,
      Runnable shutdown) {}

  /** Makes a server that does not listen yet. */
  public RestServer(RestSettings settings, ApplicationSecret secret, Served served) {
    this.settings = settings;
    this.access = new AccessControl(secret, served.proxy());
    JobSubmission submission =
        new JobSubmission(served.gateway(), served.jars(), settings.uploadDirectory());
    routes.addAll(
        new ClusterRoutes(
                served.gateway(),
                served.clock(),
                served.configuration(),
                prometheus,
                served.shutdown())
            .routes());
    routes.addAll(new JobRoutes(served.gateway(), served.clock(), submission).routes());
    routes.addAll(new RescaleRoutes(served.gateway()).routes());
    routes.addAll(new SnapshotRoutes(served.gateway(), served.jars().files()).routes());
  }

  /** All calls that are served. */
  List<Route> routes() {
    return List.copyOf(routes);
  }

  /**
   * Begins to listen.
   *
   * @return where clients reach it
   * @throws WeftException with code RESOURCE when no port is free
   */
  public Address start() {
    try {
      Files.createDirectories(settings.uploadDirectory());
    } catch (IOException e) {
      throw new WeftException(
          ErrorCode.RESOURCE,
          "The directory " + settings.uploadDirectory() + " for uploads can not be made: " + e,
          e);
    }
    PortRange range = PortRange.parse(settings.ports());
    for (int port = range.first(); port <= range.last(); port++) {
      Javalin candidate = Javalin.create(this::configure);
      try {
        candidate.start(settings.bindHost(), port);
        server = candidate;
        return new Address(settings.advertisedHost(), candidate.port());
      } catch (JavalinBindException e) {
        LOG.info("{}:{} is taken", settings.bindHost(), port);
        candidate.stop();
      }
    }
    throw new WeftException(
        ErrorCode.RESOURCE,
        "REST can not listen on any port of "
            + settings.ports()
            + " at "
            + settings.bindHost()
            + "; set rest.bind-port to a free one, to a range, or to 0");
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.prefer405over404 = true;
    config.http.maxRequestSize = settings.uploadBytesMax();
    config.http.defaultContentType = "application/json";
    config.router.ignoreTrailingSlashes = true;
    config.jetty.threadPool = new QueuedThreadPool(THREADS_MAX, THREADS_MIN);
    config.jetty.multipartConfig.cacheDirectory(settings.uploadDirectory().toString());
    config.jetty.multipartConfig.maxFileSize(settings.uploadBytesMax(), SizeUnit.BYTES);
    config.jetty.multipartConfig.maxTotalRequestSize(settings.uploadBytesMax(), SizeUnit.BYTES);
    config.jetty.multipartConfig.maxInMemoryFileSize(IN_MEMORY_BYTES_MAX, SizeUnit.BYTES);
    config.jetty.modifyHttpConfiguration(
        http -> {
          http.setSendServerVersion(false);
          http.setRequestHeaderSize(HEADER_BYTES_MAX);
        });
    for (Route route : routes) {
      serve(config, route.path(), route);
      serve(config, VERSION_PREFIX + route.path(), route);
    }
    config.routes.exception(
        RestException.class, (e, c) -> Json.refuse(c, e.status(), e.getMessage()));
    config.routes.exception(
        WeftException.class, (e, c) -> Json.refuse(c, statusOf(e.code()), e.getMessage()));
    config.routes.exception(
        HttpResponseException.class, (e, c) -> Json.refuse(c, e.getStatus(), e.getMessage()));
    config.routes.exception(Exception.class, RestServer::failed);
    config.routes.error(404, "*", c -> explain(c, "There is nothing at " + c.path()));
  }

  private void serve(JavalinConfig config, String path, Route route) {
    config.routes.addEndpoint(
        Endpoint.create(route.method(), path)
            .handler(
                context -> {
                  if (access.admit(context, route.role())) {
                    route.handler().handle(context);
                  }
                }));
  }

  private static void explain(Context context, String message) {
    String result = context.result();
    if (result == null || !result.startsWith("{")) {
      Json.refuse(context, context.statusCode(), message);
    }
  }

  private static int statusOf(ErrorCode code) {
    return switch (code) {
      case USER, DATA -> 400;
      case DEPENDENCY, RESOURCE -> 503;
      case ENGINE -> 500;
    };
  }

  private static void failed(Exception failure, Context context) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String text = String.valueOf(cause.getMessage());
      if (text.contains("max length exceeded") || text.contains("exceeds max")) {
        Json.refuse(context, 413, "The request is too large; see rest.upload.max-size");
        return;
      }
    }
    LOG.error("{} {} failed", context.method(), context.path(), failure);
    Json.refuse(context, 500, "Internal error: " + failure);
  }

  @Override
  public void close() {
    if (server != null) {
      server.stop();
    }
    prometheus.close();
  }
}
