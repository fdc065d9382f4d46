package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.RestartStrategyOptions;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.types.Types;
import dev.weft.engine.plan.JobPlanCodec;
import dev.weft.engine.plan.Planner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JobManager and TaskManagers as processes of their own, reached through REST. */
class StandaloneProcessesTest {
  private static final String JOB = "0123456789abcdef0123456789abcdef";
  private static final long WAIT_SECONDS = 120;

  private final List<Process> processes = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir private Path home;
  private int restPort;

  @BeforeEach
  void configure() throws IOException {
    restPort = freePort();
    Files.writeString(
        home.resolve("config.yaml"),
        String.join(
            "\n",
            "jobmanager.rpc.address: localhost",
            "jobmanager.rpc.port: " + freePort(),
            "rest.port: " + restPort,
            "security.bundle-file: " + home.resolve("run/cluster.security"),
            "security.rest.token-file: " + home.resolve("run/token"),
            "io.tmp.dirs: " + home.resolve("tmp"),
            "heartbeat.interval: 200 ms",
            "taskmanager.numberOfTaskSlots: 1",
            ""));
  }

  @AfterEach
  void killAll() {
    processes.forEach(Process::destroyForcibly);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private Process start(Class<?> main) throws IOException {
    Path log = home.resolve(main.getSimpleName() + "-" + processes.size() + ".log");
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                "--config-dir",
                home.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    processes.add(process);
    return process;
  }

  private JsonNode call(HttpRequest.Builder request) throws IOException, InterruptedException {
    String token = Files.readString(home.resolve("run/token")).strip();
    var response =
        client.send(
            request.header("Authorization", "Bearer " + token).build(), BodyHandlers.ofString());
    if (response.statusCode() == 503) {
      throw new IOException(response.body()); // not yet, or between two leaders
    }
    assertTrue(response.statusCode() < 300, response.body());
    return new ObjectMapper().readTree(response.body());
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + restPort + path));
  }

  /** Asks until the answer fits. */
  private JsonNode await(String path, Predicate<JsonNode> fits) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    Object last = null;
    while (System.nanoTime() < end) {
      try {
        JsonNode answer = call(to(path));
        if (fits.test(answer)) {
          return answer;
        }
        last = answer;
      } catch (IOException e) {
        last = e;
      }
      for (Process process : processes) {
        if (process.waitFor(50, TimeUnit.MILLISECONDS) && process.exitValue() != 137) {
          throw new AssertionError("a process ended with " + process.exitValue());
        }
      }
    }
    throw new AssertionError(
        path
            + " never answered as expected, at last "
            + last
            + "; failures: "
            + call(to("/jobs/" + JOB + "/exceptions")));
  }

  private void submit() throws Exception {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(
            new Configuration()
                .set(
                    RestartStrategyOptions.RESTART_STRATEGY,
                    RestartStrategyOptions.Strategy.FIXED_DELAY)
                .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 10)
                .set(
                    RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY,
                    Duration.ofMillis(10)));
    environment.setParallelism(2);
    environment.enableCheckpointing(100);
    environment
        .fromSource(
            new DataGeneratorSource<>(new Numbers(), Types.LONG).withRatePerReader(1000),
            WatermarkStrategy.noWatermarks(),
            "numbers")
        .keyBy(new LastDigit(), Types.LONG)
        .reduce(new Sum())
        .sinkTo(new DiscardingSink<>());
    byte[] plan = JobPlanCodec.encode(Planner.plan(environment.pipeline("endless"), JOB));
    ByteArrayOutputStream jar = new ByteArrayOutputStream();
    try (var out = new java.util.jar.JarOutputStream(jar)) {
      for (Class<?> c : List.of(Numbers.class, LastDigit.class, Sum.class)) {
        String file = c.getName().replace('.', '/') + ".class";
        out.putNextEntry(new java.util.zip.ZipEntry(file));
        try (var in = c.getClassLoader().getResourceAsStream(file)) {
          in.transferTo(out);
        }
        out.closeEntry();
      }
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    part(
        body,
        "name=\"request\"",
        "{\"executionPlanFileName\":\"p\",\"jobJarFileNames\":[\"j.jar\"]}"
            .getBytes(StandardCharsets.UTF_8));
    part(body, "name=\"a\"; filename=\"p\"", plan);
    part(body, "name=\"b\"; filename=\"j.jar\"", jar.toByteArray());
    body.write("--limit--\r\n".getBytes(StandardCharsets.UTF_8));
    JsonNode answer =
        call(
            to("/jobs")
                .header("Content-Type", "multipart/form-data; boundary=limit")
                .POST(BodyPublishers.ofByteArray(body.toByteArray())));
    assertEquals("/jobs/" + JOB, answer.get("jobUrl").asText());
  }

  private static void part(ByteArrayOutputStream body, String disposition, byte[] content)
      throws IOException {
    body.write(
        ("--limit\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8));
    body.write(content);
    body.write("\r\n".getBytes(StandardCharsets.UTF_8));
  }

  /** Makes numbers. */
  public static final class Numbers
      implements dev.weft.api.connector.builtin.GeneratorFunction<Long, Long> {
    @Override
    public Long map(Long index) {
      return index;
    }
  }

  /** The key of a number. */
  public static final class LastDigit implements dev.weft.api.functions.KeySelector<Long, Long> {
    @Override
    public Long getKey(Long number) {
      return number % 10;
    }
  }

  /** Adds numbers. */
  public static final class Sum implements dev.weft.api.functions.ReduceFunction<Long> {
    @Override
    public Long reduce(Long a, Long b) {
      return a + b;
    }
  }

  @Test
  void aKilledTaskManagerIsReplacedByOneThatIsStartedAndTheClusterEndsWhenAsked() throws Exception {
    start(JobManagerMain.class);
    start(TaskManagerMain.class);
    Process victim = start(TaskManagerMain.class);
    await("/overview", overview -> overview.get("slots-total").asInt() == 2);
    submit();
    String checkpoints = "/jobs/" + JOB + "/checkpoints";
    await(checkpoints, answer -> answer.at("/counts/completed").asInt() >= 2);
    victim.destroyForcibly();
    start(TaskManagerMain.class);
    JsonNode restored = await(checkpoints, answer -> answer.at("/latest/restored/id").asLong() > 0);
    long from = restored.at("/latest/restored/id").asLong();
    await(checkpoints, answer -> answer.at("/latest/completed/id").asLong() > from + 1);
    assertEquals("RUNNING", call(to("/jobs/" + JOB + "/status")).get("status").asText());
    call(to("/cluster").DELETE());
    for (Process process : processes) {
      assertTrue(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS));
      assertEquals(process == victim ? 137 : 0, process.exitValue());
    }
    try (var left = Files.list(home.resolve("tmp"))) {
      assertEquals(0, left.count(), "the killed process's directory goes when the next one starts");
    }
  }

  @Test
  void aTermSignalEndsAProcessCleanly() throws Exception {
    Process jobManager = start(JobManagerMain.class);
    Process taskManager = start(TaskManagerMain.class);
    await("/overview", overview -> overview.get("taskmanagers").asInt() == 1);
    taskManager.destroy();
    assertTrue(taskManager.waitFor(WAIT_SECONDS, TimeUnit.SECONDS));
    jobManager.destroy();
    assertTrue(jobManager.waitFor(WAIT_SECONDS, TimeUnit.SECONDS));
    try (var left = Files.list(home.resolve("tmp"))) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void badSurroundingsAreRefusedInOneLine() throws Exception {
    Files.writeString(home.resolve("config.yaml"), "rest.prot: 1\n");
    Process process = start(JobManagerMain.class);
    assertTrue(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS));
    assertEquals(ProcessExit.CONFIGURATION.code(), process.exitValue());
    String log = Files.readString(home.resolve("JobManagerMain-0.log"));
    assertTrue(log.contains("rest.port"), log);
    assertFalse(Files.exists(home.resolve("run")));
  }
}
