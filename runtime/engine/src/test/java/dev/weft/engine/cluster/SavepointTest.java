package dev.weft.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.checkpoint.SnapshotClaim;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.checkpoint.SnapshotOrder.Kind;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.SnapshotReport;
import dev.weft.engine.job.SnapshotReport.Status;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.world.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SavepointTest {
  private static final int NUMBERS = 150;
  private static final String NEXT = "2".repeat(32);

  private final ControlPlane plane = new ControlPlane(12);

  private void startOne() {
    plane.candidate("am");
    plane.worker("w1", 1);
    plane.worker("w2", 1);
    plane.submit(plane.plan(NUMBERS, false, 2));
    plane.cluster.runUntil("output", 10_000, () -> plane.visible().size() > 20);
  }

  private void order(String id, Kind kind, String directory) {
    plane.leading().leader.jobs().order(ControlPlane.JOB, new SnapshotOrder(id, kind, directory));
  }

  private SnapshotReport report(String id) {
    if (plane.job() == null) {
      return null;
    }
    return plane.job().snapshots().stream()
        .filter(report -> report.order().id().equals(id))
        .findFirst()
        .orElse(null);
  }

  private SnapshotReport awaitEnd(String id) {
    plane.cluster.runUntil(
        "order " + id,
        60_000,
        () -> report(id) != null && report(id).status() != Status.IN_PROGRESS);
    return report(id);
  }

  private JobPlan next(String path, int parallelism, Map<String, String> more) {
    Map<String, String> options = new TreeMap<>(more);
    options.put("execution.savepoint.path", path);
    return plane.plan(NEXT, NUMBERS, false, parallelism, options);
  }

  private void continueFrom(String path, Map<String, String> options) {
    plane.worker("w3", 1);
    Outcome<String> outcome = plane.submit(next(path, 3, options));
    assertEquals(new Outcome.Success<>(NEXT), outcome);
    plane.cluster.runUntil("all", 30_000, () -> plane.visible().size() == NUMBERS);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
  }

  @Test
  void aSavepointCommitsNothingAndIsNothingToRecoverFrom() {
    startOne();
    long before = plane.retained().get(0).id();
    order("a", Kind.SAVEPOINT, "/savepoints");
    SnapshotReport report = awaitEnd("a");
    assertEquals(Status.COMPLETED, report.status());
    assertTrue(report.location().startsWith("/savepoints/savepoint-0123456789ab-"));
    assertNotNull(plane.cluster.files().read(report.location() + "/_metadata"));
    assertTrue(report.checkpointId() > before);
    assertTrue(plane.retained().stream().noneMatch(r -> r.id() == report.checkpointId()));
    assertEquals(
        report.location() + "/_metadata", plane.job().checkpoints().latestSavepoint().path());
    plane.cluster.runUntil("all", 30_000, () -> plane.visible().size() == NUMBERS);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"STOP", "DRAIN"})
  void aJobThatIsStoppedHasCommittedAllWhenItEnds(Kind kind) {
    startOne();
    order("s", kind, "/savepoints/");
    plane.awaitStatus(JobStatus.FINISHED, 20_000);
    SnapshotReport report = report("s");
    assertEquals(Status.COMPLETED, report.status());
    int atEnd = plane.visible().size();
    plane.cluster.runFor(2_000);
    assertEquals(atEnd, plane.visible().size());
    assertTrue(plane.cluster.files().paths("/checkpoints").isEmpty());
    assertNotNull(plane.cluster.files().read(report.location() + "/_committed"));
    continueFrom(report.location(), Map.of());
    assertNotNull(plane.cluster.files().read(report.location() + "/_metadata"));
  }

  @Test
  void aClaimedSavepointGoesWhenANewerCheckpointTakesItsPlace() {
    startOne();
    order("s", Kind.STOP, "/savepoints");
    String location = awaitEnd("s").location();
    continueFrom(location, Map.of("execution.savepoint-restore-mode", "CLAIM"));
    plane.cluster.runUntil(
        "deletion", 20_000, () -> plane.cluster.files().paths(location).isEmpty());
  }

  @Test
  void ofJobsThatClaimASavepointAtOnceOneGetsItUntilItEnds() {
    startOne();
    order("s", Kind.STOP, "/savepoints");
    String location = awaitEnd("s").location();
    plane.awaitStatus(JobStatus.FINISHED, 20_000);
    plane.workers.forEach(worker -> worker.silentAboutCheckpoints = true);
    Map<String, String> options =
        Map.of("execution.savepoint.path", location, "execution.savepoint-restore-mode", "CLAIM");
    List<String> ids = List.of("2".repeat(32), "3".repeat(32), "4".repeat(32));
    Map<String, Outcome<String>> outcomes = new TreeMap<>();
    for (String id : ids) {
      JobPlan plan = plane.plan(id, NUMBERS, false, 1, options);
      plane.leading().leader.jobs().submit(plan, List.of(), outcome -> outcomes.put(id, outcome));
    }
    plane.cluster.runUntil("answers", 20_000, () -> outcomes.size() == ids.size());
    List<String> taken =
        ids.stream().filter(id -> outcomes.get(id) instanceof Outcome.Success<String>).toList();
    assertEquals(1, taken.size(), outcomes.toString());
    for (String id : ids) {
      if (outcomes.get(id) instanceof Outcome.Failure<String> refused) {
        assertEquals(ErrorCode.USER, ((WeftException) refused.cause()).code());
        assertTrue(refused.cause().getMessage().contains(taken.get(0)), refused.toString());
        assertTrue(refused.cause().getMessage().contains("no_claim"), refused.toString());
      }
    }
    assertNotNull(plane.cluster.files().read(location + "/" + SnapshotClaim.NAME));
    plane.leading().leader.jobs().cancel(taken.get(0));
    plane.cluster.runUntil(
        "the claim is given back",
        60_000,
        () -> plane.cluster.files().read(location + "/" + SnapshotClaim.NAME) == null);
    assertNotNull(plane.cluster.files().read(location + "/_metadata"));
    plane.cluster.runFor(2_000); // its end is not told yet
    String other = ids.stream().filter(id -> !id.equals(taken.get(0))).findFirst().orElseThrow();
    assertEquals(
        new Outcome.Success<>(other), plane.submit(plane.plan(other, NUMBERS, false, 1, options)));
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"STOP", "DRAIN"})
  void theNextLeaderGoesOnWithAStop(Kind kind) {
    startOne();
    ControlPlane.Candidate first = plane.leading();
    plane.workers.forEach(worker -> worker.silentAboutCheckpoints = true);
    order("s", kind, "/savepoints");
    plane.cluster.runFor(3_000);
    assertEquals(Status.IN_PROGRESS, report("s").status());
    plane.cluster.kill(first.world);
    plane.workers.forEach(worker -> worker.silentAboutCheckpoints = false);
    plane.candidate("am2");
    plane.awaitStatus(JobStatus.FINISHED, 40_000);
    SnapshotReport report = report("s");
    assertEquals(Status.COMPLETED, report.status());
    continueFrom(report.location(), Map.of());
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"STOP", "DRAIN"})
  void aFailureVoidsAStopAndTheJobGoesOn(Kind kind) {
    startOne();
    plane.workers.forEach(worker -> worker.silentAboutCheckpoints = true);
    order("s", kind, "/savepoints");
    plane.cluster.runFor(1_000);
    FakeWorker worker = plane.workers.get(0);
    TaskId task = worker.tasks.keySet().iterator().next();
    worker.fail(task, ErrorCode.DEPENDENCY, "away");
    plane.workers.forEach(each -> each.silentAboutCheckpoints = false);
    assertEquals(Status.FAILED, awaitEnd("s").status());
    plane.awaitStatus(JobStatus.RUNNING, 20_000);
    plane.cluster.runUntil("all", 60_000, () -> plane.visible().size() == NUMBERS);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
    assertEquals(JobStatus.RUNNING, plane.status());
    order("again", kind, "/savepoints");
    assertEquals(Status.COMPLETED, awaitEnd("again").status(), report("again").toString());
  }

  @Test
  void aFailedSavepointSaysWhyAndLeavesNothing() {
    startOne();
    plane.workers.get(0).declines = true;
    order("a", Kind.SAVEPOINT, "/savepoints");
    SnapshotReport report = awaitEnd("a");
    assertEquals(Status.FAILED, report.status());
    assertEquals(ErrorCode.DEPENDENCY, report.failure().code());
    assertTrue(report.failure().message().contains("the disk is full"));
    plane.cluster.runFor(1_000);
    assertTrue(plane.cluster.files().paths("/savepoints").isEmpty());
    assertEquals(JobStatus.RUNNING, plane.status());
  }

  @Test
  void aFailedStopWithoutDrainLeavesTheJobRunning() {
    startOne();
    plane.workers.get(0).declines = true;
    order("s", Kind.STOP, "/savepoints");
    assertEquals(Status.FAILED, awaitEnd("s").status());
    int attempt = plane.job().attempt();
    plane.workers.get(0).declines = false;
    plane.cluster.runUntil("all", 30_000, () -> plane.visible().size() == NUMBERS);
    assertEquals(attempt, plane.job().attempt());
  }

  @Test
  void anOrderThatIsKnownIsNotPlacedAgain() {
    startOne();
    order("a", Kind.SAVEPOINT, "/savepoints");
    order("a", Kind.SAVEPOINT, "/savepoints");
    awaitEnd("a");
    plane.cluster.runFor(3_000);
    assertEquals(1, plane.cluster.files().paths("/savepoints").size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "relative/place", "/checkpoints/" + ControlPlane.JOB + "/mine"})
  void aPlaceWhereNoSavepointCanLieIsRefused(String directory) {
    startOne();
    WeftException refusal =
        assertThrows(WeftException.class, () -> order("a", Kind.SAVEPOINT, directory));
    assertEquals(ErrorCode.USER, refusal.code());
    assertNull(report("a"));
  }

  @Test
  void aSavepointThatWasMovedStillStartsAJob() {
    startOne();
    order("s", Kind.STOP, "/savepoints");
    String location = awaitEnd("s").location();
    for (String path : List.copyOf(plane.cluster.files().paths(location))) {
      String name = path.substring(path.lastIndexOf('/') + 1);
      plane.cluster.files().overwrite("/moved/" + name, plane.cluster.files().read(path));
    }
    continueFrom("/moved/_metadata", Map.of());
  }

  @Test
  void whatIsNoSnapshotIsRefusedBeforeAnythingIsMade() {
    startOne();
    order("s", Kind.STOP, "/savepoints");
    String manifest = awaitEnd("s").location() + "/_metadata";
    byte[] whole = plane.cluster.files().read(manifest);
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 4;
    plane.cluster.files().overwrite("/bad/flipped", flipped);
    plane.cluster.files().overwrite("/bad/cut", Arrays.copyOf(whole, whole.length - 9));
    plane.cluster.files().overwrite("/bad/text", "no manifest".getBytes(StandardCharsets.UTF_8));
    plane.cluster.files().overwrite("/bad/empty", new byte[0]);
    for (String path : List.of("/bad/flipped", "/bad/cut", "/bad/text", "/bad/empty", "/nowhere")) {
      Outcome<String> outcome = plane.submit(next(path, 2, Map.of()));
      WeftException refusal = (WeftException) ((Outcome.Failure<String>) outcome).cause();
      assertEquals(ErrorCode.USER, refusal.code(), path);
      assertTrue(refusal.getMessage().contains(path), refusal.getMessage());
      assertFalse(plane.leading().leader.jobs().job(NEXT).isPresent(), path);
    }
    continueFrom(manifest, Map.of());
  }
}
