package dev.weft.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.api.records.YarnApplicationState;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code weft run -t yarn-per-job}: a batch job, a stream and its failures, and refusals. */
@ExtendWith(ClusterExtension.class)
class YarnIT {
  private static final Duration SOON = Duration.ofSeconds(90);

  private final TestCluster cluster;
  private final Distribution distribution;
  private YarnClient yarn;

  YarnIT(TestCluster cluster) {
    this.cluster = cluster;
    this.distribution = cluster.distribution();
  }

  @BeforeEach
  void connect() {
    yarn = YarnClient.createYarnClient();
    yarn.init(cluster.hadoop().configuration());
    yarn.start();
  }

  /** Whatever a test did: nothing of it is left on YARN. */
  @AfterEach
  void nothingIsLeft() throws IOException, YarnException {
    try {
      Await.until("no application runs", SOON, () -> active().isEmpty());
      Await.until("no application's files are left", SOON, () -> staged().isEmpty());
    } finally {
      for (ApplicationReport report : active()) {
        yarn.killApplication(report.getApplicationId());
      }
      yarn.close();
    }
  }

  private List<ApplicationReport> active() throws IOException, YarnException {
    return yarn.getApplications(
        EnumSet.of(
            YarnApplicationState.NEW,
            YarnApplicationState.NEW_SAVING,
            YarnApplicationState.SUBMITTED,
            YarnApplicationState.ACCEPTED,
            YarnApplicationState.RUNNING));
  }

  private List<String> staged() throws IOException {
    FileSystem files = cluster.hadoop().files();
    Path staging = new Path(files.getHomeDirectory(), ".weft");
    if (!files.exists(staging)) {
      return List.of();
    }
    return Arrays.stream(files.listStatus(staging))
        .map(status -> status.getPath().getName())
        .filter(name -> name.startsWith("application_"))
        .toList();
  }

  private ApplicationReport report(String application) throws IOException, YarnException {
    return yarn.getApplicationReport(ApplicationId.fromString(application));
  }

  @Test
  void theRevenueOfEachDayIsInHive() throws Exception {
    HiveTables tables = HiveTables.of(cluster);
    Map<LocalDate, HiveTables.Revenue> expected = tables.loadLineitem();
    CommandResult result =
        distribution
            .weft(
                "run",
                "-t",
                "yarn-per-job",
                "-p",
                "4",
                distribution.example("DailyRevenue"),
                "--from",
                "tpch.lineitem",
                "--into",
                "mart.daily_revenue")
            .succeeds();
    tables.assertRevenues(expected, "mart", "daily_revenue");
    long lines = expected.values().stream().mapToLong(HiveTables.Revenue::lines).sum();
    String end = String.format(Locale.ROOT, "FINISHED  in %,d  out %,d  tasks ", lines, lines);
    assertTrue(result.err().contains(end), result.toString());
    String application = applicationOf(result.out());
    assertEquals(FinalApplicationStatus.SUCCEEDED, report(application).getFinalApplicationStatus());
  }

  private static String applicationOf(String output) {
    var matcher = java.util.regex.Pattern.compile("application_\\d+_\\d+").matcher(output);
    assertTrue(matcher.find(), output);
    return matcher.group();
  }

  @Test
  void aStreamSurvivesTheDeathOfTaskManagerAndApplicationMaster() throws Exception {
    String into = cluster.hadoop().defaultFs() + "/tmp/yarn-sessions";
    try (RunningCommand run =
        distribution.startWeft(
            "run",
            "-t",
            "yarn-per-job",
            "-p",
            "2",
            distribution.example("SessionCounts"),
            "--into",
            into,
            "--checkpoint",
            "500")) {
      String application = run.awaitLine("(application_\\d+_\\d+)", SOON);
      String job = run.awaitLine("JobID ([0-9a-f]{32})", SOON);
      Rest rest = throughTheProxy(application);
      Await.until("there is output", SOON, () -> Ledgers.visibleBytes(cluster, into) > 0);

      int attempt = rest.attempt(job);
      jvm(application, false).kill();
      Await.until("the tasks start anew", SOON, () -> attempt(rest, job) > attempt);
      long lost = Ledgers.visibleBytes(cluster, into);
      Await.until("there is more output", SOON, () -> Ledgers.visibleBytes(cluster, into) > lost);

      // the tasks must not notice that the ApplicationMaster dies
      int running = rest.attempt(job);
      long checkpoint = rest.checkpoint(job);
      jvm(application, true).kill();
      Await.until(
          "checkpoints go on below the next ApplicationMaster",
          SOON,
          () -> checkpoint(rest, job) > checkpoint + 1);
      assertEquals(running, rest.attempt(job), "no task was started anew");
      assertEquals(2, report(application).getCurrentApplicationAttemptId().getAttemptId());

      distribution.weft("cancel", "-t", "yarn-session", "-yid", application, job).succeeds();
      run.await(SOON).failsWith(5, job, "cancelled");
      Await.until(
          "the application has ended",
          SOON,
          () -> report(application).getYarnApplicationState() == YarnApplicationState.FINISHED);
      assertEquals(List.of(), Containers.of(application));
    }
    assertTrue(Ledgers.check(cluster, into, 4).lines() > 0);
    // and as a user checks it
    String checked =
        distribution.weft("sandbox", "check-ledger", into, "--splits", "4").succeeds().out();
    assertTrue(checked.contains("every record exactly once"), checked);
  }

  /** The ResourceManager's own proxy; MiniYARN does not know its port when it makes links. */
  private Rest throughTheProxy(String application) {
    String address = cluster.hadoop().configuration().get("yarn.resourcemanager.webapp.address");
    return new Rest(URI.create("http://" + address + "/proxy/" + application + "/"), null);
  }

  private static Containers.Jvm jvm(String application, boolean applicationMaster) {
    return Containers.of(application).stream()
        .filter(jvm -> jvm.isApplicationMaster() == applicationMaster)
        .findFirst()
        .orElseThrow();
  }

  /** While no ApplicationMaster runs, the proxy answers with errors. */
  private static int attempt(Rest rest, String job) {
    try {
      return rest.attempt(job);
    } catch (IOException e) {
      return -1;
    }
  }

  private static long checkpoint(Rest rest, String job) {
    try {
      return rest.checkpoint(job);
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void anUnknownQueueIsRefused() {
    distribution
        .weft(
            "run",
            "-t",
            "yarn-per-job",
            "-yqu",
            "nowhere",
            distribution.example("SessionCounts"),
            "--into",
            cluster.hadoop().defaultFs() + "/tmp/never")
        .failsWith(4, "nowhere", "default");
  }

  @Test
  void tooFewResourcesAreWaitedForAndThenRefused() {
    try (RunningCommand run =
        distribution.startWeft(
            "run",
            "-t",
            "yarn-per-job",
            "-p",
            "40",
            "-D",
            "slot.request.timeout=8 s",
            distribution.example("SessionCounts"),
            "--into",
            cluster.hadoop().defaultFs() + "/tmp/too-wide")) {
      run.awaitLine("^CREATED.*(slot|container|wait)", SOON);
      run.await(SOON).failsWith(5, "slot");
    }
  }

  @Test
  void aCorruptOrcFileFailsTheApplicationAndNothingIsVisible() throws Exception {
    HiveTables tables = HiveTables.of(cluster);
    String file = tables.createCorruptLineitem("corrupt_on_yarn", "lineitem");
    CommandResult result =
        distribution
            .weft(
                "run",
                "-t",
                "yarn-per-job",
                "-p",
                "2",
                distribution.example("DailyRevenue"),
                "--from",
                "corrupt_on_yarn.lineitem",
                "--into",
                "mart.corrupt_on_yarn")
            .failsWith(5, file);
    tables.assertNothingVisible("mart", "corrupt_on_yarn");
    assertEquals(
        FinalApplicationStatus.FAILED,
        report(applicationOf(result.out())).getFinalApplicationStatus());
  }

  @Test
  void aMissingHiveTableStartsNothing() throws Exception {
    HiveTables.of(cluster);
    int before = yarn.getApplications().size();
    CommandResult result =
        distribution
            .weft(
                "run",
                "-t",
                "yarn-per-job",
                distribution.example("DailyRevenue"),
                "--from",
                "tpch.lineitems",
                "--into",
                "mart.never")
            .failsWith(4, "lineitems");
    assertFalse(result.out().contains("application_"), result.out());
    assertEquals(before, yarn.getApplications().size());
  }
}
