package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.error.ErrorCode;
import dev.weft.engine.checkpoint.CheckpointStatistics;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.cluster.ClusterOverview;
import dev.weft.engine.cluster.JobControl;
import dev.weft.engine.cluster.WorkerDetails;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.JobSummary;
import dev.weft.engine.job.SnapshotReport;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.RescaleOrder;
import dev.weft.engine.plan.RescaleReport;
import dev.weft.engine.plan.RescaleRequest;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.Artifact;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.server.host.ControlThread;
import dev.weft.engine.server.host.LocalFileStore;
import dev.weft.engine.server.rest.ControlGateway;
import dev.weft.engine.server.rest.JarStore;
import dev.weft.engine.server.rest.RestServer;
import dev.weft.engine.server.rest.RestSettings;
import dev.weft.engine.server.security.ApplicationSecret;
import dev.weft.engine.world.Clock;
import dev.weft.engine.world.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line against the engine's real REST server; behind it, a control of the test. */
class RemoteTargetTest {
  @TempDir Path directory;
  private final ApplicationSecret secret = ApplicationSecret.create();
  private final ControlThread loop = new ControlThread("loop", Throwable::printStackTrace);
  private final Control control = new Control();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private RestServer server;
  private Address address;

  /** Takes jobs and does nothing with them. */
  private static final class Control implements JobControl {
    private static final CheckpointStatistics CHECKPOINTS =
        new CheckpointStatistics(
            new CheckpointStatistics.Counts(0, 0, 0, 0, 0),
            null,
            null,
            null,
            null,
            List.of(),
            0,
            "");

    final List<JobPlan> plans = new ArrayList<>();
    final List<Artifact> jars = new ArrayList<>();
    final List<String> cancelled = new ArrayList<>();
    final List<SnapshotOrder> orders = new ArrayList<>();
    final List<RescaleReport> rescales = new ArrayList<>();

    @Override
    public long epoch() {
      return 1;
    }

    @Override
    public void submit(JobPlan plan, List<Artifact> artifacts, Consumer<Outcome<String>> then) {
      plans.add(plan);
      jars.addAll(artifacts);
      then.accept(new Outcome.Success<>(plan.jobId()));
    }

    @Override
    public List<JobSummary> jobs() {
      return plans.stream()
          .map(
              plan ->
                  new JobSummary(
                      plan.jobId(),
                      plan.name(),
                      JobStatus.RUNNING,
                      1000,
                      -1,
                      Map.of(),
                      Map.of(),
                      "slots"))
          .toList();
    }

    @Override
    public Optional<JobDetails> job(String jobId) {
      return plans.stream()
          .filter(plan -> plan.jobId().equals(jobId))
          .findFirst()
          .map(
              plan ->
                  new JobDetails(
                      jobs().get(0),
                      plan,
                      0,
                      List.of(),
                      CHECKPOINTS,
                      List.of(),
                      reports(),
                      List.copyOf(rescales)));
    }

    @Override
    public boolean cancel(String jobId) {
      cancelled.add(jobId);
      return plans.stream().anyMatch(plan -> plan.jobId().equals(jobId));
    }

    @Override
    public void order(String jobId, SnapshotOrder order) {
      orders.add(order);
    }

    @Override
    public void rescale(String jobId, RescaleRequest request) {
      RescaleOrder order = new RescaleOrder(request.id(), List.of(request.parallelism()));
      boolean possible = request.parallelism() < 10;
      rescales.add(
          new RescaleReport(
              order,
              List.of(1),
              possible ? RescaleReport.Status.COMPLETED : RescaleReport.Status.FAILED,
              possible ? null : new FailureReport(ErrorCode.RESOURCE, "too few slots", "", "")));
    }

    private List<SnapshotReport> reports() {
      return orders.stream()
          .map(
              order ->
                  new SnapshotReport(
                      order, SnapshotReport.Status.COMPLETED, 3, "file:///savepoints/3", null))
          .toList();
    }

    @Override
    public ClusterOverview overview() {
      return new ClusterOverview(1, 4, 4, new ClusterOverview.JobCounts(0, 0, 0, 0), "");
    }

    @Override
    public List<WorkerDetails> workers() {
      return List.of();
    }
  }

  private static final class SystemTime implements Clock {
    @Override
    public long currentTimeMillis() {
      return System.currentTimeMillis();
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }
  }

  @BeforeEach
  void startServer() {
    ControlGateway gateway = new ControlGateway(loop);
    gateway.open(control);
    server =
        new RestServer(
            new RestSettings("127.0.0.1", "127.0.0.1", "0", 10 << 20, directory.resolve("up")),
            secret,
            new RestServer.Served(
                gateway,
                new SystemTime(),
                new JarStore(new LocalFileStore(), "file://" + directory.resolve("jars")),
                new Configuration(),
                Optional.empty(),
                () -> {}));
    address = server.start();
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private int weft(String token, String verb, Object... rest) throws Exception {
    Path file = Files.writeString(directory.resolve("token"), token + "\n");
    out.reset();
    err.reset();
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(verb, "-m", address.host() + ":" + address.port()));
    arguments.addAll(List.of("-D", "security.rest.token-file=" + file));
    for (Object argument : rest) {
      arguments.add(argument.toString());
    }
    return Weft.run(
        arguments.toArray(String[]::new),
        Map.of(),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private Path jar() throws Exception {
    return UserJars.of(
        directory, "job.Main", "env.fromSequence(1, 9).print(); env.execute(\"numbers\");");
  }

  @Test
  void jobTravelsWithItsJarThroughRest() throws Exception {
    Path jar = jar();
    assertEquals(0, weft(secret.restAdminToken(), "run", "-d", jar), err.toString());
    assertEquals("numbers", control.plans.get(0).name());
    assertEquals("job.jar", control.jars.get(0).name());
    assertTrue(out.toString(StandardCharsets.UTF_8).contains(control.plans.get(0).jobId()));
    assertEquals(0, weft(secret.restAdminToken(), "list"));
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("numbers (RUNNING)"));
    assertEquals(0, weft(secret.restAdminToken(), "cancel", control.plans.get(0).jobId()));
    assertEquals(List.of(control.plans.get(0).jobId()), control.cancelled);
    String unknown = "0123456789abcdef0123456789abcdef";
    assertEquals(CommandException.SUBMISSION, weft(secret.restAdminToken(), "cancel", unknown));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains(unknown), err.toString());
  }

  @Test
  void callsWithoutTheRightTokenAreRefusedInALine() throws Exception {
    assertEquals(CommandException.SUBMISSION, weft("wrong", "run", "-d", jar()));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("token"), err.toString());
    assertEquals(CommandException.SUBMISSION, weft(secret.restViewToken(), "run", "-d", jar()));
    assertTrue(control.plans.isEmpty());
    assertEquals(0, weft(secret.restViewToken(), "list"));
  }

  @Test
  void tokenOfTheOwnInstallationIsFound() throws Exception {
    Path home = directory.resolve("home");
    Files.createDirectories(home.resolve("run"));
    Files.writeString(home.resolve("run/rest.token"), secret.restAdminToken());
    int code =
        Weft.run(
            new String[] {"list", "-m", address.host() + ":" + address.port()},
            Map.of("WEFT_HOME", home.toString()),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    assertEquals(0, code, err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void clusterThatIsNotThereIsNamed() throws Exception {
    server.close();
    assertEquals(CommandException.SUBMISSION, weft("t", "list"));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("No JobManager answers at"));
  }

  @Test
  void environmentIsUntouchedByTheRun() throws Exception {
    weft(secret.restAdminToken(), "run", "-d", jar());
    assertEquals(1, StreamExecutionEnvironment.createLocalEnvironment().getParallelism());
  }
}
