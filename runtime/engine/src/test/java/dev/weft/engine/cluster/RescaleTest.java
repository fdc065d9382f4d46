package dev.weft.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.RescaleReport;
import dev.weft.engine.plan.RescaleReport.Status;
import dev.weft.engine.plan.RescaleRequest;
import dev.weft.engine.protocol.TaskId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A running job changes its parallelism. */
class RescaleTest {
  private static final int NUMBERS = 300;

  private final ControlPlane plane = new ControlPlane(23);

  /** Two pipelines side by side, of one and of two subtasks. */
  private void start(int slots) {
    plane.options.put("slot.request.timeout", "5 s");
    plane.candidate("am");
    plane.worker("w1", slots);
    plane.worker("w2", slots);
    plane.submit(plane.plan(ControlPlane.JOB, NUMBERS, false, List.of(1, 2), Map.of()));
    plane.cluster.runUntil("a checkpoint", 10_000, () -> plane.completed() > 0);
  }

  private void rescale(String id, int parallelism, Map<String, Integer> byVertex) {
    plane
        .leading()
        .leader
        .jobs()
        .rescale(ControlPlane.JOB, new RescaleRequest(id, parallelism, byVertex));
  }

  private RescaleReport report(String id) {
    return plane.job() == null
        ? null
        : plane.job().rescales().stream()
            .filter(r -> r.order().id().equals(id))
            .findFirst()
            .orElse(null);
  }

  private RescaleReport awaitEnd(String id) {
    plane.cluster.runUntil(
        "rescale " + id,
        60_000,
        () -> report(id) != null && report(id).status() != Status.IN_PROGRESS);
    return report(id);
  }

  private FakeWorker.FakeTask task(int vertex, int subtask) {
    TaskId id = new TaskId(ControlPlane.JOB, vertex, subtask);
    return plane.workers.stream()
        .filter(w -> w.world.alive() && w.tasks.containsKey(id))
        .map(w -> w.tasks.get(id))
        .findFirst()
        .orElse(null);
  }

  private int attempt(int vertex) {
    return plane.job().vertices().get(vertex).subtasks().get(0).attempt();
  }

  private int slotsFree() {
    return plane.leading().leader.jobs().overview().slotsFree();
  }

  private List<Integer> parallelisms() {
    return plane.job().plan().parallelisms();
  }

  private void awaitAll() {
    plane.cluster.runUntil("all", 60_000, () -> plane.visible().size() == 2 * NUMBERS);
    assertEquals(ControlPlane.once(NUMBERS, 2), plane.visible());
  }

  @Test
  void onlyTheRegionsOfChangedVerticesStartAgain() {
    start(2);
    FakeWorker.FakeTask bystander = task(0, 0);
    rescale("a", 0, Map.of(ControlPlane.source(1), 4));
    assertEquals(Status.COMPLETED, awaitEnd("a").status());
    assertEquals(List.of(1, 2), report("a").before());
    assertSame(bystander, task(0, 0));
    assertEquals(1, attempt(0));
    assertEquals(2, attempt(1));
    assertEquals(List.of(1, 4), parallelisms());
    assertEquals(4, plane.job().vertices().get(1).subtasks().size());
    assertEquals(JobStatus.RUNNING, plane.status());
    assertEquals(List.of(), plane.job().failures());
    assertEquals(0, slotsFree());
    awaitAll();
  }

  @Test
  void slotsThatAreNotNeededAnyMoreAreGivenBack() {
    start(2);
    rescale("up", 4, Map.of());
    assertEquals(Status.COMPLETED, awaitEnd("up").status());
    assertEquals(List.of(4, 4), parallelisms());
    rescale("down", 1, Map.of());
    assertEquals(Status.COMPLETED, awaitEnd("down").status());
    assertEquals(List.of(1, 1), parallelisms());
    assertEquals(3, slotsFree());
    awaitAll();
  }

  @Test
  void withoutSlotsTheJobRunsOnAsBefore() {
    start(1);
    FakeWorker.FakeTask bystander = task(1, 0);
    rescale("a", 3, Map.of());
    plane.cluster.runFor(2_000);
    assertEquals(JobStatus.RUNNING, plane.status());
    assertTrue(plane.job().waiting().contains("2 of 3 slots"), plane.job().waiting());
    RescaleReport report = awaitEnd("a");
    assertEquals(Status.FAILED, report.status());
    assertEquals(ErrorCode.RESOURCE, report.failure().code());
    assertSame(bystander, task(1, 0));
    assertEquals(List.of(1, 2), parallelisms());
    awaitAll();
  }

  @Test
  void itWaitsForSlotsAndAsksThePlatform() {
    start(1);
    plane.leading().provisioner.slotsPerWorker = 1;
    rescale("a", 3, Map.of());
    plane.cluster.runFor(500);
    assertEquals(3, plane.leading().provisioner.wanted);
    plane.worker("w3", 1);
    assertEquals(Status.COMPLETED, awaitEnd("a").status());
    assertEquals(List.of(3, 3), parallelisms());
    awaitAll();
  }

  @Test
  void aFailureMeanwhileLeavesTheJobAsItWas() {
    start(1);
    rescale("a", 3, Map.of());
    plane.cluster.runFor(100);
    plane.workers.get(0).fail(new TaskId(ControlPlane.JOB, 0, 0), ErrorCode.USER, "it broke");
    assertEquals(Status.FAILED, awaitEnd("a").status());
    assertEquals(List.of(1, 2), parallelisms());
    plane.awaitStatus(JobStatus.RUNNING, 10_000);
    rescale("b", 1, Map.of());
    assertEquals(Status.COMPLETED, awaitEnd("b").status());
    awaitAll();
  }

  @Test
  void withTooFewSlotsLeftTheJobGoesBack() {
    start(2);
    rescale("a", 4, Map.of());
    plane.cluster.runUntil("ending", 10_000, () -> plane.status() == JobStatus.RESTARTING);
    plane.cluster.kill(plane.workers.get(1).world);
    assertEquals(Status.FAILED, awaitEnd("a").status());
    plane.awaitStatus(JobStatus.RUNNING, 20_000);
    assertEquals(List.of(1, 2), parallelisms());
    rescale("b", 1, Map.of());
    assertEquals(Status.COMPLETED, awaitEnd("b").status());
    awaitAll();
  }

  /** The old leader dies so many milliseconds after the order. */
  @ParameterizedTest
  @ValueSource(ints = {0, 5, 10, 20, 30, 40, 60, 80, 120, 160, 240, 400})
  void aNewLeaderHasTheOldPlanOrTheNew(int millis) {
    start(2);
    plane.candidate("am2");
    rescale("a", 4, Map.of());
    plane.cluster.runFor(millis);
    Status known = report("a").status();
    plane.cluster.kill(plane.candidates.get("am").world);
    plane.cluster.runUntil("the next leader", 60_000, () -> plane.status() == JobStatus.RUNNING);
    boolean done = parallelisms().equals(List.of(4, 4));
    assertTrue(done || parallelisms().equals(List.of(1, 2)));
    assertTrue(done || known != Status.COMPLETED);
    if (report("a") != null) {
      assertEquals(done ? Status.COMPLETED : Status.FAILED, report("a").status());
    }
    assertEquals(Set.of(), plane.repeatedAttempts());
    awaitAll();
  }

  @Test
  void aSavepointThatIsUnderWayIsNotLost() {
    start(2);
    plane
        .leading()
        .leader
        .jobs()
        .order(
            ControlPlane.JOB, new SnapshotOrder("s", SnapshotOrder.Kind.SAVEPOINT, "/savepoints"));
    rescale("a", 4, Map.of());
    plane
        .leading()
        .leader
        .jobs()
        .order(
            ControlPlane.JOB, new SnapshotOrder("t", SnapshotOrder.Kind.SAVEPOINT, "/savepoints"));
    assertEquals(Status.COMPLETED, awaitEnd("a").status());
    assertEquals(
        List.of("COMPLETED", "COMPLETED"),
        plane.job().snapshots().stream().map(s -> s.status().name()).toList());
    awaitAll();
  }

  @Test
  void aStopGoesBefore() {
    start(2);
    rescale("a", 4, Map.of());
    plane
        .leading()
        .leader
        .jobs()
        .order(ControlPlane.JOB, new SnapshotOrder("s", SnapshotOrder.Kind.STOP, "/savepoints"));
    plane.awaitStatus(JobStatus.FINISHED, 20_000);
    assertEquals(Status.FAILED, report("a").status());
    assertEquals(List.of(1, 2), parallelisms());
  }

  @Test
  void whatIsNotPossibleIsRefused() {
    start(2);
    assertRefused(0, Map.of(), "at least 1");
    assertRefused(129, Map.of(), "max parallelism 128");
    assertRefused(0, Map.of("nobody", 2), "nobody");
    assertRefused(0, Map.of(ControlPlane.source(1), 0), "between 1");
    rescale("a", 4, Map.of());
    assertRefused(3, Map.of(), "already");
    awaitEnd("a");
    rescale("same", 4, Map.of());
    assertEquals(Status.COMPLETED, report("same").status());
    assertNotEquals(3, attempt(0));
    plane.leading().leader.jobs().cancel(ControlPlane.JOB);
    assertRefused(1, Map.of(), "not RUNNING");
  }

  private void assertRefused(int parallelism, Map<String, Integer> byVertex, String why) {
    WeftException refused =
        assertThrows(WeftException.class, () -> rescale("refused", parallelism, byVertex));
    assertEquals(ErrorCode.USER, refused.code());
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }
}
