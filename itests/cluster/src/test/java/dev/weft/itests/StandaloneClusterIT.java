package dev.weft.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code start-cluster.sh} and what a user does with the cluster that it starts. */
@ExtendWith(ClusterExtension.class)
class StandaloneClusterIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String JOB_ID = "JobID ([0-9a-f]{32})";

  private final Distribution distribution;
  private final TestCluster cluster;

  StandaloneClusterIT(TestCluster cluster) {
    this.cluster = cluster;
    this.distribution = cluster.distribution();
  }

  @AfterEach
  void stop() {
    distribution.command("stop-cluster.sh");
  }

  /** Starts a JobManager and so many TaskManagers, and waits for them. */
  private Rest started(int taskManagers) throws IOException {
    Rest rest =
        rest(distribution.command("start-cluster.sh", String.valueOf(taskManagers)).succeeds());
    Await.until("the TaskManagers are there", SOON, () -> taskManagers(rest) == taskManagers);
    return rest;
  }

  /** Starts the endless job of the examples, two subtasks a step. */
  private RunningCommand sessions(String into) {
    return distribution.startWeft(
        "run",
        "-t",
        "remote",
        "-p",
        "2",
        distribution.example("SessionCounts"),
        "--into",
        into,
        "--checkpoint",
        "300");
  }

  private Rest rest(CommandResult started) throws IOException {
    String link =
        started
            .out()
            .lines()
            .filter(line -> line.startsWith("The cluster is at "))
            .findFirst()
            .orElseThrow(() -> new AssertionError(started));
    URI uri = URI.create(link.substring("The cluster is at ".length()).strip());
    assertTrue(uri.getQuery().startsWith("token="), link);
    assertEquals(401, new Rest(uri, null).status("/overview"), "without the token");
    return new Rest(uri, uri.getQuery().substring("token=".length()));
  }

  private List<Long> pids(String name) throws IOException {
    List<Long> pids = new ArrayList<>();
    try (var files = Files.list(distribution.home().resolve("run"))) {
      for (Path file : files.sorted().toList()) {
        String fileName = file.getFileName().toString();
        if (fileName.startsWith(name) && fileName.endsWith(".pid")) {
          pids.add(Long.parseLong(Files.readString(file).strip()));
        }
      }
    }
    return pids;
  }

  private static void kill9(long pid) {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    assertTrue(process.destroyForcibly());
    Await.until("process " + pid + " is dead", SOON, () -> !Processes.runs(pid));
  }

  @Test
  void aStreamSurvivesTheDeathOfATaskManager() throws IOException {
    Rest rest = started(2);
    String into = cluster.hadoop().defaultFs() + "/tmp/remote-sessions";
    try (RunningCommand run = sessions(into)) {
      String job = run.awaitLine(JOB_ID, SOON);
      Await.until("there is output", SOON, () -> Ledgers.visibleBytes(cluster, into) > 0);
      assertTrue(distribution.weft("list", "-t", "remote").succeeds().out().contains(job));
      int attempt = rest.attempt(job);

      kill9(pids("taskmanager").get(0));
      Await.until("the tasks start anew", SOON, () -> rest.attempt(job) > attempt);
      distribution.command("weft-daemon.sh", "start", "taskmanager").succeeds();
      long before = Ledgers.visibleBytes(cluster, into);
      Await.until("there is more output", SOON, () -> Ledgers.visibleBytes(cluster, into) > before);

      distribution.weft("cancel", "-t", "remote", job).succeeds();
      run.await(SOON).failsWith(5, job, "cancelled");
      assertEquals("CANCELED", rest.state(job));
      assertTrue(Ledgers.check(cluster, into, 4).lines() > 0);
    }
    List<Long> pids = pids("");
    distribution.command("stop-cluster.sh").succeeds();
    for (long pid : pids) {
      assertFalse(Processes.runs(pid), "process " + pid);
    }
  }

  @Test
  void aStreamIsRescaledWhileATaskManagerDies() throws IOException {
    // two of two slots each, so that three subtasks need both
    Rest rest = started(2);
    String into = cluster.hadoop().defaultFs() + "/tmp/rescaled-sessions";
    try (RunningCommand run = sessions(into)) {
      String job = run.awaitLine(JOB_ID, SOON);
      Await.until("there is output", SOON, () -> Ledgers.visibleBytes(cluster, into) > 0);

      distribution.weft("rescale", "-t", "remote", "-p", "3", job).succeeds();
      assertEquals(List.of(3, 3), parallelisms(rest, job));
      int attempt = rest.attempt(job);
      kill9(pids("taskmanager").get(0));
      distribution.command("weft-daemon.sh", "start", "taskmanager").succeeds();
      Await.until("the tasks start anew", SOON, () -> rest.attempt(job) > attempt);
      Await.until("the job runs", SOON, () -> rest.state(job).equals("RUNNING"));
      assertEquals(List.of(3, 3), parallelisms(rest, job));

      distribution.weft("rescale", "-t", "remote", "-p", "1", job).succeeds();
      assertEquals(List.of(1, 1), parallelisms(rest, job));
      long before = Ledgers.visibleBytes(cluster, into);
      Await.until("there is more output", SOON, () -> Ledgers.visibleBytes(cluster, into) > before);
      distribution
          .weft("rescale", "-t", "remote", "-p", "1000", job)
          .failsWith(4, "max parallelism 128");

      distribution.weft("cancel", "-t", "remote", job).succeeds();
      run.await(SOON).failsWith(5, job, "cancelled");
      assertTrue(Ledgers.check(cluster, into, 4).lines() > 0);
    }
  }

  private static List<Integer> parallelisms(Rest rest, String job) throws IOException {
    List<Integer> result = new ArrayList<>();
    rest.get("/jobs/" + job).get("vertices").forEach(v -> result.add(v.get("parallelism").asInt()));
    return result;
  }

  private static int taskManagers(Rest rest) throws IOException {
    return rest.get("/taskmanagers").get("taskmanagers").size();
  }

  @Test
  void withoutAClusterTheSubmissionFails() {
    distribution
        .weft(
            "run",
            "-t",
            "remote",
            distribution.example("WordCount"),
            "--from",
            "file:///etc/hosts",
            "--into",
            cluster.scratch("never").toUri().toString())
        .failsWith(4, "No JobManager answers at", "start-cluster.sh");
  }

  @Test
  void tooFewSlotsAreWaitedForAndThenRefused() throws IOException {
    Rest rest = started(1);
    try (RunningCommand run =
        distribution.startWeft(
            "run",
            "-t",
            "remote",
            "-p",
            "8",
            "-D",
            "slot.request.timeout=3 s",
            distribution.example("SessionCounts"),
            "--into",
            cluster.hadoop().defaultFs() + "/tmp/too-wide")) {
      String job = run.awaitLine(JOB_ID, SOON);
      Await.until(
          "it says what it waits for",
          SOON,
          () -> !rest.get("/jobs/" + job).get("waiting").asText("").isEmpty());
      run.await(SOON).failsWith(5, job, "slot");
    }
  }
}
