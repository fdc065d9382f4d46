package dev.weft.engine.server.rest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.api.config.Configuration;
import dev.weft.api.error.ErrorCode;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.checkpoint.SnapshotOrder.Kind;
import dev.weft.engine.job.SnapshotReport;
import dev.weft.engine.plan.JobPlanCodec;
import dev.weft.engine.plan.RescaleOrder;
import dev.weft.engine.plan.RescaleReport;
import dev.weft.engine.plan.RescaleRequest;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.server.host.ControlThread;
import dev.weft.engine.server.host.LocalFileStore;
import dev.weft.engine.server.security.ApplicationSecret;
import dev.weft.engine.world.Clock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestServerTest {
  private static final String ORDER = "f".repeat(32);
  private final ApplicationSecret secret = ApplicationSecret.create();
  private final ControlThread loop = new ControlThread("loop", e -> assertNull(e, "none"));
  private final ControlGateway gateway = new ControlGateway(loop);
  private final FakeJobControl control = new FakeJobControl();
  private final CountDownLatch shutdown = new CountDownLatch(1);
  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir private Path directory;
  private RestServer server;
  private Address address;

  @BeforeEach
  void start() {
    start(Optional.empty());
  }

  private void start(Optional<TrustedProxy> proxy) {
    if (server != null) {
      server.close();
    }
    gateway.open(control);
    server =
        new RestServer(
            new RestSettings("127.0.0.1", "127.0.0.1", "0", 200_000, directory.resolve("up")),
            secret,
            new RestServer.Served(
                gateway,
                new TestClock(),
                new JarStore(new LocalFileStore(), "file://" + directory.resolve("blobs")),
                new Configuration().setString("a.secret", "hunter2").setString("rest.port", "1"),
                proxy,
                shutdown::countDown));
    address = server.start();
  }

  @AfterEach
  void stop() {
    server.close();
    loop.stop();
  }

  private JsonNode post(int status, String path, String body) throws Exception {
    return send(status, "POST", path, body);
  }

  private JsonNode send(int status, String method, String path, String body) throws Exception {
    HttpResponse<String> response =
        send(
            authorized(path, secret.restAdminToken())
                .method(method, BodyPublishers.ofString(body)));
    assertEquals(status, response.statusCode(), response.body());
    return new ObjectMapper().readTree(response.body());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://" + address.host() + ":" + address.port() + path));
  }

  private HttpRequest.Builder authorized(String path, String token) {
    return request(path).header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = send(authorized(path, secret.restViewToken()));
    assertEquals(200, response.statusCode(), response.body());
    return new ObjectMapper().readTree(response.body());
  }

  private static String concrete(Route route) {
    return route
        .path()
        .replace("{jobid}", FakeJobControl.JOB)
        .replace("{vertexid}", FakeJobControl.VERTEX)
        .replace("{checkpointid}", "7")
        .replace("{triggerid}", ORDER)
        .replace("{taskmanagerid}", "worker-1");
  }

  @Test
  void ordersOfSnapshotsAreTakenAndTheirFateIsTold() throws Exception {
    String job = "/jobs/" + FakeJobControl.JOB;
    String id =
        post(202, job + "/savepoints", "{\"target-directory\": \"/s\", \"cancel-job\": false}")
            .get("request-id")
            .asText();
    JsonNode done = get(job + "/savepoints/" + id);
    assertEquals("COMPLETED", done.at("/status/id").asText());
    assertEquals("file:///savepoints/8", done.at("/operation/location").asText());
    control.fate = SnapshotReport.Status.FAILED;
    JsonNode failed = get(job + "/savepoints/" + id);
    assertEquals("COMPLETED", failed.at("/status/id").asText());
    assertEquals("DEPENDENCY", failed.at("/operation/failure-cause/class").asText());
    assertEquals("the disk is full", failed.at("/operation/failure-cause/message").asText());
    control.fate = SnapshotReport.Status.IN_PROGRESS;
    post(202, job + "/stop", "{\"drain\": true, \"triggerId\": \"" + "a".repeat(32) + "\"}");
    assertEquals(
        "IN_PROGRESS", get(job + "/savepoints/" + "a".repeat(32)).at("/status/id").asText());
    post(202, job + "/stop", "{}");
    post(202, job + "/checkpoints", "");
    control.fate = SnapshotReport.Status.COMPLETED;
    String full =
        post(202, job + "/checkpoints", "{\"checkpointType\": \"FULL\"}")
            .get("request-id")
            .asText();
    assertEquals(8, get(job + "/checkpoints/" + full).at("/operation/checkpointId").asInt());
    assertEquals(
        List.of(Kind.SAVEPOINT, Kind.DRAIN, Kind.STOP, Kind.CHECKPOINT, Kind.FULL_CHECKPOINT),
        control.orders.stream().skip(1).map(SnapshotOrder::kind).toList());
  }

  @Test
  void aJobIsRescaledInBothWaysThatClientsKnow() throws Exception {
    String job = "/jobs/" + FakeJobControl.JOB;
    String id = send(202, "PATCH", job + "/rescaling?parallelism=4", "").get("request-id").asText();
    assertEquals("IN_PROGRESS", get(job + "/rescaling/" + id).at("/status/id").asText());
    String chosen = "c".repeat(32);
    String body = "{\"vertices\": {\"u1\": 2}, \"triggerId\": \"" + chosen + "\"}";
    send(202, "PATCH", job + "/rescaling", body);
    JsonNode has = get(job + "/resource-requirements");
    assertEquals(1, has.at("/" + FakeJobControl.VERTEX + "/parallelism/upperBound").asInt());
    String wanted = has.toString().replace("Bound\":1", "Bound\":3");
    send(200, "PUT", job + "/resource-requirements", wanted);
    assertEquals(
        List.of(
            new RescaleRequest(id, 4, Map.of()),
            new RescaleRequest(chosen, 0, Map.of("u1", 2)),
            new RescaleRequest(control.requests.get(2).id(), 0, Map.of(FakeJobControl.VERTEX, 3))),
        control.requests);
    control.rescales.add(
        new RescaleReport(
            new RescaleOrder("f", List.of(3)),
            List.of(1),
            RescaleReport.Status.FAILED,
            new FailureReport(ErrorCode.RESOURCE, "too few slots", "", "")));
    JsonNode failed = get(job + "/rescaling/f");
    assertEquals("COMPLETED", failed.at("/status/id").asText());
    assertEquals("too few slots", failed.at("/operation/failure-cause/message").asText());
  }

  @Test
  void aRescaleThatMakesNoSenseIsRefused() throws Exception {
    String job = "/jobs/" + FakeJobControl.JOB;
    send(400, "PATCH", job + "/rescaling", "");
    send(400, "PATCH", job + "/rescaling?parallelism=many", "");
    send(409, "PATCH", job + "/rescaling?parallelism=999", "");
    send(409, "PATCH", job + "/rescaling", "{\"vertices\": {\"nobody\": 2}}");
    send(404, "PATCH", "/jobs/" + "9".repeat(32) + "/rescaling?parallelism=2", "");
    String requirements = job + "/resource-requirements";
    send(400, "PUT", requirements, "{}");
    send(400, "PUT", requirements, "{\"v\": {\"parallelism\": {\"upperBound\": \"x\"}}}");
    String twisted = "{\"v\": {\"parallelism\": {\"lowerBound\": 3, \"upperBound\": 2}}}";
    send(400, "PUT", requirements, twisted);
    String range = "{\"v\": {\"parallelism\": {\"lowerBound\": 1, \"upperBound\": 2}}}";
    String why = send(400, "PUT", requirements, range).toString();
    assertTrue(why.contains("lowerBound of v is 1 and its upperBound 2, which is not"), why);
    assertEquals(List.of(), control.requests);
  }

  @Test
  void ordersThatMakeNoSenseAreRefused() throws Exception {
    String job = "/jobs/" + FakeJobControl.JOB;
    post(400, job + "/savepoints", "{\"cancel-job\": true}");
    post(400, job + "/savepoints", "{\"formatType\": \"OTHER\"}");
    post(400, job + "/savepoints", "{\"triggerId\": \"../x\"}");
    post(400, job + "/savepoints", "[1]");
    post(400, job + "/savepoints", "{");
    post(400, job + "/checkpoints", "{\"checkpointType\": \"HALF\"}");
    post(404, "/jobs/" + "9".repeat(32) + "/stop", "{}");
    post(400, "/savepoint-disposal", "{}");
    String id =
        post(202, "/savepoint-disposal", "{\"savepoint-path\": \"/nowhere/at/all\"}")
            .get("request-id")
            .asText();
    String problem =
        get("/savepoint-disposal/" + id).at("/operation/failure-cause/message").asText();
    assertTrue(problem.contains("/nowhere/at/all"), problem);
    assertEquals(1, control.orders.size());
  }

  @Test
  void whatFunctionsMeasureIsShown() throws Exception {
    String vertex = "/jobs/" + FakeJobControl.JOB + "/vertices/" + FakeJobControl.VERTEX;
    JsonNode metrics = get(vertex + "/metrics?get=0.Map.seen,0.Map.part");
    assertEquals("3", metrics.at("/0/value").asText());
    assertEquals("0.5", metrics.at("/1/value").asText());
    String path = "/jobs/" + FakeJobControl.JOB + "/accumulators";
    JsonNode plain = get(path);
    assertEquals("lines", plain.at("/user-task-accumulators/0/name").asText());
    assertEquals("3", plain.at("/user-task-accumulators/0/value").asText());
    assertEquals(0, plain.at("/serialized-user-task-accumulators").size());
    JsonNode serialized = get(path + "?includeSerializedValue=true");
    assertEquals("AQ==", serialized.at("/serialized-user-task-accumulators/0/bytes").asText());
    String text = send(authorized("/metrics", secret.restViewToken())).body();
    assertTrue(text.contains("weft_user_Map_seen"), text);
  }

  @Test
  void everyRouteButHealthAsksForAToken() throws Exception {
    List<String> seen = new ArrayList<>();
    for (Route route : server.routes()) {
      for (String prefix : List.of("", "/v1")) {
        String path = prefix + concrete(route);
        String method = route.method().name();
        boolean open = route.path().equals("/health");
        assertEquals(open ? Role.ANYONE : route.role(), route.role());
        for (String wrong : new String[] {null, "", "x", secret.restViewToken() + "0"}) {
          HttpRequest.Builder request = wrong == null ? request(path) : authorized(path, wrong);
          int status = send(request.method(method, BodyPublishers.noBody())).statusCode();
          assertEquals(open ? 200 : 401, status, method + " " + path + " with " + wrong);
        }
        int asViewer =
            send(authorized(path, secret.restViewToken()).method(method, BodyPublishers.noBody()))
                .statusCode();
        boolean unknown = path.contains("savepoint-disposal") || path.contains("rescaling/");
        int allowed = unknown ? 404 : 200;
        assertEquals(route.role() == Role.ADMIN ? 403 : allowed, asViewer, method + " " + path);
        seen.add(path);
      }
    }
    assertTrue(seen.size() > 40, "routes: " + seen.size());
    assertEquals(1, shutdown.getCount());
    assertTrue(control.submitted.isEmpty());
  }

  @Test
  void aTokenInTheLinkBecomesACookie() throws Exception {
    HttpResponse<String> response = send(request("/?token=" + secret.restViewToken()));
    assertEquals(302, response.statusCode());
    assertEquals("/", response.headers().firstValue("Location").orElseThrow());
    String cookie = response.headers().firstValue("Set-Cookie").orElseThrow();
    assertTrue(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), cookie);
    HttpResponse<String> page =
        send(request("/").header("Cookie", cookie.substring(0, cookie.indexOf(';'))));
    assertEquals(200, page.statusCode());
    assertTrue(page.body().contains("<title>Weft</title>"));
    assertEquals(401, send(request("/?token=wrong")).statusCode());
  }

  @Test
  void aTrustedProxyMayLookAndNothingElse() throws Exception {
    start(Optional.of(new TrustedProxy(Set.of("127.0.0.1"), "proxy-user", "ann"::equals)));
    assertEquals(200, send(request("/overview").header("Cookie", "proxy-user=ann")).statusCode());
    assertEquals(401, send(request("/overview").header("Cookie", "proxy-user=bob")).statusCode());
    assertEquals(
        403, send(request("/cluster").header("Cookie", "proxy-user=ann").DELETE()).statusCode());
    start(Optional.of(new TrustedProxy(Set.of("192.0.2.1"), "proxy-user", "ann"::equals)));
    assertEquals(401, send(request("/overview").header("Cookie", "proxy-user=ann")).statusCode());
  }

  @Test
  void documentsHaveTheFieldsThatClientsRead() throws Exception {
    JsonNode overview = get("/overview");
    assertEquals(4, overview.get("slots-total").asInt());
    assertEquals(1, overview.get("jobs-running").asInt());
    JsonNode job = get("/jobs/" + FakeJobControl.JOB);
    assertEquals("RUNNING", job.get("state").asText());
    assertEquals(8000, job.get("duration").asLong());
    assertEquals(10, job.at("/vertices/0/metrics/read-records").asLong());
    assertEquals("RUNNING", job.at("/vertices/0/status").asText());
    assertEquals(FakeJobControl.VERTEX, job.at("/plan/nodes/0/id").asText());
    assertEquals("RUNNING", get("/jobs").at("/jobs/0/status").asText());
    assertEquals(1, get("/jobs/overview").at("/jobs/0/tasks/running").asInt());
    JsonNode checkpoints = get("/jobs/" + FakeJobControl.JOB + "/checkpoints");
    assertEquals(1, checkpoints.at("/counts/completed").asInt());
    assertEquals(7, checkpoints.at("/latest/completed/id").asInt());
    assertEquals("file:///chk/7", checkpoints.at("/history/0/external_path").asText());
    assertTrue(checkpoints.at("/latest/restored").isNull());
    JsonNode exceptions = get("/jobs/" + FakeJobControl.JOB + "/exceptions");
    assertEquals("trace", exceptions.get("root-exception").asText());
    assertEquals("Map (1/1)", exceptions.at("/exceptionHistory/entries/0/taskName").asText());
    assertEquals("worker-1", get("/taskmanagers").at("/taskmanagers/0/id").asText());
    assertEquals(
        "10",
        get("/jobs/"
                + FakeJobControl.JOB
                + "/vertices/"
                + FakeJobControl.VERTEX
                + "/metrics?get=0.numRecordsIn")
            .at("/0/value")
            .asText());
    assertEquals(
        1, get("/jobs/metrics?get=numberOfCompletedCheckpoints&agg=sum").at("/0/sum").asInt());
    assertEquals(
        "IN_PROGRESS",
        get("/jobs/" + FakeJobControl.JOB + "/execution-result").at("/status/id").asText());
  }

  private static void assertFields(JsonNode node, String fields) {
    for (String field : fields.split(" ")) {
      assertTrue(node.has(field), field + " in " + node);
    }
  }

  @Test
  void namesOfFieldsAreThoseOfFlink() throws Exception {
    String job = "/jobs/" + FakeJobControl.JOB;
    assertFields(
        get("/v1/jobs/overview").at("/jobs/0"),
        "jid name state start-time end-time duration last-modification tasks");
    assertFields(
        get("/v1/jobs/overview").at("/jobs/0/tasks"),
        "total created scheduled deploying initializing running finished canceling canceled failed"
            + " reconciling");
    JsonNode details = get("/v1" + job);
    assertFields(
        details,
        "jid name isStoppable state job-type start-time end-time duration maxParallelism now"
            + " timestamps vertices status-counts plan");
    assertFields(
        details.get("timestamps"),
        "INITIALIZING CREATED RUNNING RESTARTING FAILING FAILED CANCELLING CANCELED FINISHED"
            + " SUSPENDED RECONCILING");
    assertFields(
        details.at("/vertices/0"),
        "id name maxParallelism parallelism status start-time end-time duration tasks metrics");
    assertFields(
        details.at("/vertices/0/metrics"), "read-bytes write-bytes read-records write-records");
    JsonNode checkpoints = get("/v1" + job + "/checkpoints");
    assertFields(checkpoints, "counts summary latest history");
    assertFields(checkpoints.get("counts"), "restored total in_progress completed failed");
    assertFields(
        checkpoints.get("summary"),
        "checkpointed_size state_size end_to_end_duration alignment_buffered processed_data"
            + " persisted_data");
    assertFields(checkpoints.get("latest"), "completed savepoint failed restored");
    assertFields(
        checkpoints.at("/history/0"),
        "className id status is_savepoint trigger_timestamp latest_ack_timestamp checkpointed_size"
            + " state_size end_to_end_duration num_subtasks num_acknowledged_subtasks"
            + " external_path");
    assertFields(
        get("/v1/taskmanagers").at("/taskmanagers/0"),
        "id path dataPort timeSinceLastHeartbeat slotsNumber freeSlots hardware");
    assertFields(
        get("/v1" + job + "/exceptions").at("/exceptionHistory/entries/0"),
        "exceptionName message location stacktrace timestamp taskName endpoint taskManagerId"
            + " failureLabels concurrentExceptions");
    assertFields(
        get("/v1" + job + "/vertices/" + FakeJobControl.VERTEX).at("/subtasks/0"),
        "subtask status attempt endpoint start-time end-time duration metrics taskmanager-id");
    assertFields(
        get("/v1" + job + "/checkpoints/config"),
        "mode interval timeout min_pause max_concurrent externalization unaligned_checkpoints");
  }

  @Test
  void secretsInOptionsAreNotShown() throws Exception {
    String own = get("/jobmanager/config").toString();
    String job = get("/jobs/" + FakeJobControl.JOB + "/config").toString();
    assertFalse((own + job).contains("hunter2"), own + job);
    assertTrue(own.contains("rest.port"));
  }

  @Test
  void prometheusSeesClusterJobsAndWorkers() throws Exception {
    for (int i = 0; i < 2; i++) {
      String text = send(authorized("/metrics", secret.restViewToken())).body();
      assertTrue(text.contains("weft_cluster_taskSlotsTotal 4"), text);
      assertTrue(text.contains("weft_task_numRecordsIn{"), text);
      assertTrue(text.contains("jvm_memory_used_bytes"), text);
    }
  }

  @Test
  void errorsAreInJson() throws Exception {
    Object[][] cases = {
      {"GET", "/jobs/none", 404},
      {"GET", "/nothing/here", 404},
      {"GET", "/jobs/" + FakeJobControl.JOB + "/vertices/none", 404},
      {"GET", "/jobs/" + FakeJobControl.JOB + "/exceptions?maxExceptions=x", 400},
      {"GET", "/taskmanagers/none", 404},
      {"PATCH", "/jobs/" + FakeJobControl.JOB + "?mode=stop", 400},
      {"PATCH", "/jobs/none?mode=cancel", 404},
      {"POST", "/jobs", 400},
      {"PUT", "/jobs", 405}
    };
    for (Object[] c : cases) {
      HttpResponse<String> response =
          send(
              authorized((String) c[1], secret.restAdminToken())
                  .method((String) c[0], BodyPublishers.noBody()));
      assertEquals(c[2], response.statusCode(), c[0] + " " + c[1] + ": " + response.body());
      JsonNode body = new ObjectMapper().readTree(response.body());
      assertFalse(body.at("/errors/0").asText().isEmpty(), response.body());
    }
  }

  @Test
  void cancellingIsForAdministratorsAndOnce() throws Exception {
    String path = "/jobs/" + FakeJobControl.JOB + "?mode=cancel";
    HttpRequest.Builder request =
        authorized(path, secret.restAdminToken()).method("PATCH", BodyPublishers.noBody());
    assertEquals(202, send(request).statusCode());
    assertEquals(409, send(request).statusCode());
  }

  @Test
  void shuttingDownIsAskedFor() throws Exception {
    assertEquals(202, send(authorized("/cluster", secret.restAdminToken()).DELETE()).statusCode());
    assertTrue(shutdown.await(30, TimeUnit.SECONDS));
  }

  @Test
  void aProcessThatDoesNotLeadSaysSo() throws Exception {
    gateway.close();
    assertEquals(503, send(authorized("/jobs", secret.restViewToken())).statusCode());
    assertEquals(200, send(request("/health")).statusCode());
  }

  @Test
  void aFailureInsideIsReportedAndHidesNothingElse() throws Exception {
    control.trouble = new IllegalStateException("planned");
    HttpResponse<String> response = send(authorized("/jobs", secret.restViewToken()));
    assertEquals(500, response.statusCode());
    assertTrue(response.body().contains("planned"), response.body());
  }

  @Test
  void aJobIsSubmittedWithItsJars() throws Exception {
    String id = "a".repeat(32);
    byte[] jar = jar("a/B.class");
    HttpResponse<String> response =
        submit(
            id,
            jar,
            "{\"executionPlanFileName\":\"plan\"," + "\"jobJarFileNames\":[\"my job.jar\"]}");
    assertEquals(202, response.statusCode(), response.body());
    assertEquals("{\"jobUrl\":\"/jobs/" + id + "\"}", response.body());
    assertEquals(id, control.submitted.get(0).jobId());
    String path = control.artifacts.get(0).path();
    assertTrue(path.endsWith("/" + control.artifacts.get(0).sha256() + ".jar"), path);
    assertArrayEquals(jar, Files.readAllBytes(Path.of(URI.create(path))));
    assertEquals(
        202,
        submit(
                "b".repeat(32),
                jar,
                "{\"executionPlanFileName\":\"plan\"," + "\"jobJarFileNames\":[\"my job.jar\"]}")
            .statusCode());
    try (var files = Files.list(directory.resolve("blobs"))) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void badSubmissionsAreRefused() throws Exception {
    String good = "{\"executionPlanFileName\":\"plan\",\"jobJarFileNames\":[\"my job.jar\"]}";
    String id = "a".repeat(32);
    assertRefused(400, "no JSON", submit(id, jar("a/B.class"), "{"));
    assertRefused(
        400, "'other'", submit(id, jar("a/B.class"), good.replace("\"plan\"", "\"other\"")));
    assertRefused(400, "my job.jar", submit(id, new byte[] {1, 2, 3}, good));
    assertRefused(400, "dev/weft/api", submit(id, jar("dev/weft/api/X.class"), good));
    assertRefused(400, "is taken", submit(FakeJobControl.JOB, jar("a/B.class"), good));
    assertRefused(413, "too large", submit(id, new byte[300_000], good));
    assertTrue(control.submitted.isEmpty());
  }

  private static void assertRefused(int status, String word, HttpResponse<String> response) {
    assertEquals(status, response.statusCode(), response.body());
    assertTrue(response.body().contains(word), response.body());
  }

  private HttpResponse<String> submit(String jobId, byte[] jar, String request) throws Exception {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    part(body, "request", null, request.getBytes(StandardCharsets.UTF_8));
    part(body, "file_0", "plan", JobPlanCodec.encode(FakeJobControl.plan(jobId)));
    part(body, "file_1", "my job.jar", jar);
    body.write("--limit--\r\n".getBytes(StandardCharsets.UTF_8));
    return send(
        authorized("/jobs", secret.restAdminToken())
            .header("Content-Type", "multipart/form-data; boundary=limit")
            .POST(BodyPublishers.ofByteArray(body.toByteArray())));
  }

  private static void part(ByteArrayOutputStream body, String name, String file, byte[] content)
      throws IOException {
    String head =
        "--limit\r\nContent-Disposition: form-data; name=\""
            + name
            + "\""
            + (file == null ? "" : "; filename=\"" + file + "\"")
            + "\r\n\r\n";
    body.write(head.getBytes(StandardCharsets.UTF_8));
    body.write(content);
    body.write("\r\n".getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] jar(String entry) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes)) {
      JarEntry e = new JarEntry(entry);
      e.setTime(0);
      jar.putNextEntry(e);
      jar.write(1);
      jar.closeEntry();
    }
    return bytes.toByteArray();
  }

  /** Nine seconds after the epoch. */
  private static final class TestClock implements Clock {
    @Override
    public long currentTimeMillis() {
      return 9000;
    }

    @Override
    public long nanoTime() {
      return 0;
    }
  }
}
