package dev.weft.client.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.weft.api.JobStatus;
import dev.weft.api.error.WeftException;
import dev.weft.engine.plan.JobPlan;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestClusterTest {
  private static final JobPlan PLAN =
      new JobPlan(
          "0123456789abcdef0123456789abcdef",
          "plan",
          List.of(),
          List.of(),
          Map.of(),
          Map.of(),
          true,
          List.of(),
          Map.of(),
          Set.of());

  private record Answer(int status, String body) {}

  @TempDir Path directory;
  private final Map<String, Answer> answers = new TreeMap<>();
  private final List<String> calls = new ArrayList<>();
  private final List<String> bodies = new ArrayList<>();
  private HttpServer server;
  private RestCluster cluster;
  private int located;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
          calls.add(call + " " + exchange.getRequestHeaders().getFirst("Authorization"));
          bodies.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
          Answer answer = answers.getOrDefault(call, new Answer(404, "{\"errors\":[]}"));
          byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/proxy/");
    cluster =
        new RestCluster(
            () -> {
              located++;
              return new RestEndpoint(base, "token", null);
            });
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  @Test
  void submissionSendsPlanAndJars() throws IOException {
    answers.put("POST /proxy/jobs", new Answer(202, "{\"jobid\":\"77\"}"));
    Path jar = Files.writeString(directory.resolve("a b.jar"), "jar bytes");
    assertEquals("77", cluster.submit(PLAN, List.of(jar)));
    assertEquals("POST /proxy/jobs Bearer token", calls.get(0));
    String body = bodies.get(0);
    assertTrue(body.contains("\"jobJarFileNames\":[\"a b.jar\"]"), body);
    assertTrue(body.contains("filename=\"a b.jar\""), body);
    assertTrue(body.contains("jar bytes\r\n--"), body);
    assertTrue(body.contains("name=\"plan\"; filename=\"" + PLAN.jobId() + ".plan\""), body);
    assertTrue(body.strip().endsWith("--"), body);
  }

  @Test
  void progressAddsUpTheEndsOfTheGraph() throws IOException {
    answers.put(
        "GET /proxy/jobs/j",
        new Answer(
            200,
            """
            {"state":"RUNNING","duration":5000,"vertices":[
              {"id":"s","parallelism":2,"tasks":{"RUNNING":2},
               "metrics":{"read-records":0,"write-records":100}},
              {"id":"k","parallelism":2,"tasks":{"RUNNING":1},
               "metrics":{"read-records":90,"write-records":0}}],
             "plan":{"nodes":[{"id":"s","inputs":[]},{"id":"k","inputs":[{"id":"s"}]}]}}
            """));
    answers.put(
        "GET /proxy/jobs/j/checkpoints",
        new Answer(200, "{\"latest\":{\"completed\":{\"id\":4,\"latest_ack_timestamp\":9000}}}"));
    JobProgress progress = cluster.progress("j");
    assertEquals(
        new JobProgress(
            JobStatus.RUNNING, 100, 90, 3, 4, new JobProgress.Checkpoint(4, 9000), "", 5000),
        progress);
  }

  @Test
  void failureBringsItsCause() throws IOException {
    answers.put("GET /proxy/jobs/j", new Answer(200, "{\"state\":\"FAILED\"}"));
    answers.put("GET /proxy/jobs/j/checkpoints", new Answer(200, "{}"));
    answers.put(
        "GET /proxy/jobs/j/exceptions",
        new Answer(200, "{\"exceptionHistory\":{\"entries\":[{\"message\":\"broken\"}]}}"));
    assertEquals("broken", cluster.progress("j").message());
    answers.put(
        "GET /proxy/jobs/j/exceptions",
        new Answer(200, "{\"root-exception\":\"first line\\n\\tat x\"}"));
    assertEquals("first line", cluster.progress("j").message());
  }

  @Test
  void refusalsAreToldAndServerErrorsMayPass() {
    answers.put("GET /proxy/jobs/overview", new Answer(401, "{\"errors\":[\"no token\"]}"));
    WeftException denied = assertThrows(WeftException.class, () -> cluster.jobs());
    assertTrue(denied.getMessage().contains("no token"), denied.getMessage());
    assertTrue(denied.getMessage().contains("security.rest.token-file"), denied.getMessage());
    WeftException unknown = assertThrows(WeftException.class, () -> cluster.cancel("x"));
    assertTrue(unknown.getMessage().contains("is not known"), unknown.getMessage());
    answers.put("GET /proxy/jobs/overview", new Answer(200, "<html>"));
    WeftException stranger = assertThrows(WeftException.class, () -> cluster.jobs());
    assertTrue(stranger.getMessage().contains("is no JobManager"), stranger.getMessage());
    assertEquals(1, located);
    answers.put("GET /proxy/jobs/overview", new Answer(503, ""));
    assertThrows(IOException.class, () -> cluster.jobs());
    assertThrows(IOException.class, () -> cluster.jobs());
    assertEquals(2, located);
  }

  @Test
  void listReadsTheOverview() throws IOException {
    answers.put(
        "GET /proxy/jobs/overview",
        new Answer(
            200,
            "{\"jobs\":[{\"jid\":\"1\",\"name\":\"n\",\"state\":\"RUNNING\",\"start-time\":5,"
                + "\"waiting\":\"slots\"}]}"));
    assertEquals(List.of(new JobLine("1", "n", "RUNNING", 5, "slots")), cluster.jobs());
  }
}
