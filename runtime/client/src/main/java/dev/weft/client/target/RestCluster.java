package dev.weft.client.target;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.JobPlanCodec;
import dev.weft.engine.plan.RescaleRequest;
import dev.weft.engine.protocol.UserMetrics.AccumulatorBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A cluster through its REST interface. */
public final class RestCluster implements ClusterConnection {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration UPLOAD_TIMEOUT = Duration.ofMinutes(10);
  private static final int ANSWER_BYTES_MAX = 64 << 20;
  private static final int OK_MIN = 200;
  private static final int OK_MAX = 299;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int SERVER_ERROR = 500;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EndpointLocator locator;
  private RestEndpoint endpoint;
  private HttpClient client;

  /** A cluster whose leader is found by the locator. */
  public RestCluster(EndpointLocator locator) {
    this.locator = locator;
  }

  /**
   * Sends a job with its jars.
   *
   * @return the job's id
   * @throws WeftException when the cluster refuses the job
   */
  public String submit(JobPlan plan, List<Path> jars) throws IOException {
    String planName = plan.jobId() + ".plan";
    ObjectNode request = JSON.createObjectNode();
    request.put("executionPlanFileName", planName);
    ArrayNode names = request.putArray("jobJarFileNames");
    jars.forEach(jar -> names.add(jar.getFileName().toString()));
    request.putArray("jobArtifactFileNames");
    MultipartBody body = new MultipartBody();
    body.json("request", request.toString());
    body.content("plan", planName, JobPlanCodec.encode(plan));
    for (int i = 0; i < jars.size(); i++) {
      body.file("jar_" + i, jars.get(i));
    }
    JsonNode answer = call("POST", "/jobs", body.publisher(), body.contentType(), UPLOAD_TIMEOUT);
    return answer.path("jobid").asText(plan.jobId());
  }

  @Override
  public List<JobLine> jobs() throws IOException {
    List<JobLine> lines = new ArrayList<>();
    for (JsonNode job : get("/jobs/overview").path("jobs")) {
      lines.add(
          new JobLine(
              job.path("jid").asText(),
              job.path("name").asText(),
              job.path("state").asText(),
              job.path("start-time").asLong(),
              job.path("waiting").asText("")));
    }
    return lines;
  }

  @Override
  public JobProgress progress(String jobId) throws IOException {
    JsonNode job = get("/jobs/" + jobId);
    JsonNode checkpoints = get("/jobs/" + jobId + "/checkpoints");
    String state = job.path("state").asText();
    JsonNode exceptions =
        state.startsWith("FAIL") || state.equals("RESTARTING")
            ? get("/jobs/" + jobId + "/exceptions")
            : JSON.missingNode();
    return JobDocuments.progress(job, checkpoints, exceptions);
  }

  @Override
  public List<AccumulatorBytes> accumulators(String jobId) throws IOException {
    List<AccumulatorBytes> found = new ArrayList<>();
    String path = "/jobs/" + jobId + "/accumulators?includeSerializedValue=true";
    for (JsonNode one : get(path).path("serialized-user-task-accumulators")) {
      found.add(
          new AccumulatorBytes(
              one.path("name").asText(),
              one.path("type").asText(),
              "",
              one.path("bytes").binaryValue()));
    }
    return found;
  }

  @Override
  public void cancel(String jobId) throws IOException {
    call("PATCH", "/jobs/" + jobId + "?mode=cancel", BodyPublishers.noBody(), null, CALL_TIMEOUT);
  }

  @Override
  public void order(String jobId, String orderId, SnapshotOrder.Kind kind, String directory)
      throws IOException {
    ObjectNode body = JSON.createObjectNode().put("triggerId", orderId);
    String path =
        switch (kind) {
          case CHECKPOINT, FULL_CHECKPOINT -> {
            boolean full = kind == SnapshotOrder.Kind.FULL_CHECKPOINT;
            body.put("checkpointType", full ? "FULL" : "CONFIGURED");
            yield "checkpoints";
          }
          case SAVEPOINT -> {
            body.put("target-directory", directory).put("cancel-job", false);
            yield "savepoints";
          }
          case STOP, DRAIN -> {
            body.put("targetDirectory", directory).put("drain", kind == SnapshotOrder.Kind.DRAIN);
            yield "stop";
          }
        };
    send("POST", "/jobs/" + jobId + "/" + path, body);
  }

  private JsonNode send(String method, String path, ObjectNode body) throws IOException {
    return call(
        method, path, BodyPublishers.ofString(body.toString()), "application/json", CALL_TIMEOUT);
  }

  @Override
  public OrderProgress orderProgress(String jobId, String orderId) throws IOException {
    return JobDocuments.orderProgress(get("/jobs/" + jobId + "/savepoints/" + orderId));
  }

  @Override
  public void rescale(String jobId, RescaleRequest request) throws IOException {
    ObjectNode body = JSON.createObjectNode().put("triggerId", request.id());
    if (request.parallelism() > 0) {
      body.put("parallelism", request.parallelism());
    }
    ObjectNode vertices = body.putObject("vertices");
    request.byVertex().forEach(vertices::put);
    send("PATCH", "/jobs/" + jobId + "/rescaling", body);
  }

  @Override
  public OrderProgress rescaleProgress(String jobId, String orderId) throws IOException {
    return JobDocuments.orderProgress(get("/jobs/" + jobId + "/rescaling/" + orderId));
  }

  @Override
  public void disposeSavepoint(String path) throws IOException {
    JsonNode taken =
        send("POST", "/savepoint-disposal", JSON.createObjectNode().put("savepoint-path", path));
    OrderProgress progress =
        JobDocuments.orderProgress(get("/savepoint-disposal/" + taken.path("request-id").asText()));
    if (!progress.failure().isEmpty()) {
      throw new WeftException(ErrorCode.USER, progress.failure());
    }
  }

  /** Asks the cluster to end with all its jobs; returns when the wish is taken. */
  public void shutDown() throws IOException {
    call("DELETE", "/cluster", BodyPublishers.noBody(), null, CALL_TIMEOUT);
  }

  @Override
  public synchronized String webInterface() {
    return endpoint == null ? "" : endpoint.base().toString();
  }

  @Override
  public void close() {}

  /** The answer to a call that changes nothing. */
  public JsonNode get(String path) throws IOException {
    return call("GET", path, BodyPublishers.noBody(), null, CALL_TIMEOUT);
  }

  private JsonNode call(
      String method, String path, BodyPublisher body, String contentType, Duration timeout)
      throws IOException {
    RestEndpoint target = located();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(target, path)).timeout(timeout).method(method, body);
    if (target.token() != null) {
      request.header("Authorization", "Bearer " + target.token());
    }
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    try {
      HttpResponse<InputStream> response =
          clientFor(target).send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      return answer(target, path, response);
    } catch (IOException e) {
      forget(target);
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }

  private static URI uri(RestEndpoint target, String path) {
    String base = target.base().toString();
    return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
  }

  private synchronized RestEndpoint located() throws IOException {
    if (endpoint == null) {
      endpoint = locator.locate();
      client = null;
    }
    return endpoint;
  }

  private synchronized void forget(RestEndpoint failed) {
    if (endpoint == failed) {
      endpoint = null;
    }
  }

  private synchronized HttpClient clientFor(RestEndpoint target) throws IOException {
    if (client == null) {
      HttpClient.Builder builder =
          HttpClient.newBuilder()
              .connectTimeout(CONNECT_TIMEOUT)
              .followRedirects(HttpClient.Redirect.NORMAL);
      if (target.trusted() != null) {
        builder.sslContext(TrustedServer.contextFor(target.trusted()));
      }
      client = builder.build();
    }
    return client;
  }

  private JsonNode answer(RestEndpoint target, String path, HttpResponse<InputStream> response)
      throws IOException {
    byte[] bytes;
    try (InputStream in = response.body()) {
      bytes = in.readNBytes(ANSWER_BYTES_MAX + 1);
    }
    if (bytes.length > ANSWER_BYTES_MAX) {
      throw new IOException("The answer of " + target + path + " is larger than 64 MB");
    }
    int status = response.statusCode();
    if (status >= OK_MIN && status <= OK_MAX) {
      return bytes.length == 0 ? JSON.createObjectNode() : parsed(target, bytes);
    }
    String reason = JobDocuments.firstError(errorDocument(bytes));
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
      throw new WeftException(
          ErrorCode.USER,
          target
              + " refuses the call "
              + path
              + " ("
              + status
              + "): "
              + (reason.isEmpty() ? "the token is missing or wrong" : reason)
              + "; set security.rest.token-file to the cluster's token file");
    }
    if (status >= SERVER_ERROR) {
      forget(target);
      throw new IOException(target + path + " answers " + status + " " + reason);
    }
    throw new WeftException(
        ErrorCode.USER,
        reason.isEmpty()
            ? target + path + (status == NOT_FOUND ? " is not known" : " answers " + status)
            : reason);
  }

  private static JsonNode errorDocument(byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  private static JsonNode parsed(RestEndpoint target, byte[] bytes) throws IOException {
    try {
      return JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new WeftException(
          ErrorCode.USER,
          "What answers at " + target + " is no JobManager; check rest.address and rest.port",
          e);
    }
  }
}
