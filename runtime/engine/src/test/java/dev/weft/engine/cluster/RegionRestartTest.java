package dev.weft.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.VertexDetails;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.simulated.SimulatedFaults;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A failure starts again what it concerns and nothing else. */
class RegionRestartTest {
  private static final int NUMBERS = 150;

  private final ControlPlane plane = new ControlPlane(17);

  /** Two pipelines side by side, of one and of two subtasks, on workers of one slot each. */
  private void start(boolean bounded) {
    start(bounded, List.of(1, 2));
  }

  private void start(boolean bounded, List<Integer> parallelisms) {
    plane.candidate("am");
    plane.worker("w1", 1);
    plane.worker("w2", 1);
    plane.submit(plane.plan(ControlPlane.JOB, NUMBERS, bounded, parallelisms, Map.of()));
    plane.cluster.runUntil("a checkpoint", 10_000, () -> plane.completed() > 0);
  }

  private FakeWorker.FakeTask task(int vertex, int subtask) {
    TaskId id = new TaskId(ControlPlane.JOB, vertex, subtask);
    return plane.workers.stream()
        .filter(w -> w.world.alive() && w.tasks.containsKey(id))
        .map(w -> w.tasks.get(id))
        .findFirst()
        .orElse(null);
  }

  private FakeWorker workerOf(int vertex, int subtask) {
    TaskId id = new TaskId(ControlPlane.JOB, vertex, subtask);
    return plane.workers.stream().filter(w -> w.tasks.containsKey(id)).findFirst().orElseThrow();
  }

  private int attempt(int vertex) {
    VertexDetails details = plane.job().vertices().get(vertex);
    return details.subtasks().get(0).attempt();
  }

  private void awaitAll() {
    plane.cluster.runUntil("all", 30_000, () -> plane.visible().size() == 2 * NUMBERS);
    assertEquals(ControlPlane.once(NUMBERS, 2), plane.visible());
  }

  @Test
  void theTasksOfOtherRegionsGoOn() {
    start(false);
    FakeWorker.FakeTask bystander = task(0, 0);
    workerOf(1, 1).fail(new TaskId(ControlPlane.JOB, 1, 1), ErrorCode.USER, "it broke");
    plane.cluster.runUntil("restart", 2_000, () -> plane.status() == JobStatus.RESTARTING);
    int splits = bystander.splits.size();
    plane.cluster.runUntil("it goes on", 2_000, () -> bystander.splits.size() > splits);
    plane.awaitStatus(JobStatus.RUNNING, 5_000);
    assertSame(bystander, task(0, 0));
    assertEquals(1, attempt(0));
    assertEquals(2, attempt(1));
    assertEquals(5, plane.workers.stream().mapToInt(w -> w.deployments).sum());
    awaitAll();
  }

  @Test
  void aLostWorkerConcernsOnlyRegionsThatRanThere() {
    start(false);
    FakeWorker.FakeTask bystander = task(0, 0);
    plane.cluster.kill(workerOf(1, 1).world);
    plane.worker("w3", 1);
    plane.cluster.runUntil("restarted", 10_000, () -> attempt(1) == 2 && status(1));
    assertSame(bystander, task(0, 0));
    awaitAll();
  }

  private boolean status(int vertex) {
    return plane.status() == JobStatus.RUNNING && task(vertex, 0) != null;
  }

  @Test
  void aWorkerOfBothRegionsTakesBothWithIt() {
    start(false);
    plane.cluster.kill(workerOf(0, 0).world);
    plane.worker("w3", 1);
    plane.cluster.runUntil("restarted", 10_000, () -> attempt(0) == 2 && attempt(1) == 2);
    awaitAll();
  }

  @Test
  void aNewLeaderRestartsOnlyRegionsThatLackASubtask() {
    start(false);
    plane.candidate("am2");
    FakeWorker.FakeTask bystander = task(0, 0);
    FakeWorker lost = workerOf(1, 1);
    plane.cluster.kill(plane.candidates.get("am").world);
    plane.cluster.kill(lost.world);
    plane.worker("w3", 1);
    plane.cluster.runUntil(
        "restarted", 30_000, () -> plane.job() != null && attempt(1) == 2 && status(1));
    assertSame(bystander, task(0, 0));
    assertEquals(1, attempt(0));
    awaitAll();
  }

  /** No connection breaks when a leader is paused, so its workers notice by its silence. */
  @Test
  void aNewLeaderWaitsForWorkersThatNoticeASilentLeader() {
    start(false);
    plane.candidate("am2");
    int deployments = plane.workers.stream().mapToInt(w -> w.deployments).sum();
    plane.cluster.pause(plane.candidates.get("am").world, 60_000);
    plane.cluster.runUntil(
        "another leads", 10_000, () -> plane.candidates.get("am2").leader.jobs() != null);
    plane.cluster.runFor(8_000);
    plane.workers.forEach(w -> plane.cluster.network().breakLinks(w.world));
    plane.cluster.runUntil(
        "taken over",
        30_000,
        () ->
            plane
                    .candidates
                    .get("am2")
                    .leader
                    .jobs()
                    .job(ControlPlane.JOB)
                    .orElseThrow()
                    .summary()
                    .status()
                == JobStatus.RUNNING);
    assertEquals(deployments, plane.workers.stream().mapToInt(w -> w.deployments).sum());
  }

  @Test
  void aRegionThatFailsWhileAnotherRestartsStartsAgainToo() {
    plane.options.put("restart-strategy.type", "fixed-delay");
    plane.options.put("restart-strategy.fixed-delay.attempts", "10");
    plane.options.put("restart-strategy.fixed-delay.delay", "3 s");
    start(false);
    workerOf(1, 1).fail(new TaskId(ControlPlane.JOB, 1, 1), ErrorCode.USER, "it broke");
    plane.cluster.runUntil("restart", 2_000, () -> plane.status() == JobStatus.RESTARTING);
    plane.cluster.runFor(500);
    workerOf(0, 0).fail(new TaskId(ControlPlane.JOB, 0, 0), ErrorCode.USER, "it broke too");
    plane.awaitStatus(JobStatus.RUNNING, 10_000);
    assertEquals(2, attempt(0));
    assertEquals(2, attempt(1));
    assertEquals(2, plane.job().failures().size());
    awaitAll();
  }

  /** Workers set up nothing of an attempt that they were told to end. */
  @Test
  void anAttemptThatIsNotRecordedIsLeftToTheNextLeader() {
    start(false, List.of(2, 2));
    plane.candidate("am2");
    plane.cluster.faults(new SimulatedFaults(0, 500, 0, 0, 1, 0, 2000));
    workerOf(1, 1).fail(new TaskId(ControlPlane.JOB, 1, 1), ErrorCode.USER, "it broke");
    plane.cluster.runUntil("the next attempt", 5_000, () -> attempt(1) == 2);
    assertEquals(1, attempt(0));
    workerOf(0, 0).fail(new TaskId(ControlPlane.JOB, 0, 0), ErrorCode.USER, "it broke too");
    plane.cluster.runUntil(
        "all are ended", 5_000, () -> plane.workers.stream().allMatch(w -> w.tasks.isEmpty()));
    plane.cluster.kill(plane.candidates.get("am").world);
    plane.cluster.faults(SimulatedFaults.NONE);
    plane.cluster.runUntil("another leads", 30_000, () -> plane.job() != null);
    plane.awaitStatus(JobStatus.RUNNING, 30_000);
    assertEquals(2, attempt(0));
    awaitAll();
  }

  @Test
  void aNewLeaderKnowsTheAttemptOfEachRegion() {
    start(false);
    plane.candidate("am2");
    workerOf(1, 0).fail(new TaskId(ControlPlane.JOB, 1, 0), ErrorCode.DEPENDENCY, "it broke");
    plane.cluster.runUntil("restarted", 10_000, () -> attempt(1) == 2 && status(1));
    long before = plane.completed();
    int deployments = plane.workers.stream().mapToInt(w -> w.deployments).sum();
    plane.cluster.kill(plane.candidates.get("am").world);
    plane.cluster.runUntil("a checkpoint", 20_000, () -> plane.completed() > before);
    assertEquals(deployments, plane.workers.stream().mapToInt(w -> w.deployments).sum());
    assertEquals(1, attempt(0));
    assertEquals(2, attempt(1));
    awaitAll();
  }

  @Test
  void aFinishedRegionIsNotRepeated() {
    plane.options.put("execution.checkpointing.interval", "200 ms");
    plane.candidate("am");
    plane.worker("w1", 1);
    plane.worker("w2", 1);
    plane.submit(plane.plan(ControlPlane.JOB, NUMBERS, true, List.of(1, 2), Map.of()));
    plane.cluster.runUntil(
        "the faster has read all",
        20_000,
        () -> task(1, 0) != null && task(1, 0).noMoreSplits && task(1, 1).noMoreSplits);
    FakeWorker.FakeTask finished = task(1, 0);
    assertTrue(plane.completed() > 0);
    workerOf(0, 0).fail(new TaskId(ControlPlane.JOB, 0, 0), ErrorCode.DEPENDENCY, "it broke");
    plane.cluster.runUntil("restarted", 5_000, () -> attempt(0) == 2);
    assertSame(finished, task(1, 0));
    plane.awaitStatus(JobStatus.FINISHED, 30_000);
    assertEquals(ControlPlane.once(NUMBERS, 2), plane.visible());
  }

  @Test
  void aStopWithDrainStartsEverythingAgainWhenARegionFails() {
    start(false);
    plane
        .leading()
        .leader
        .jobs()
        .order(
            ControlPlane.JOB, new SnapshotOrder("stop", SnapshotOrder.Kind.DRAIN, "/savepoints"));
    FakeWorker worker = workerOf(1, 1);
    worker.silentAboutCheckpoints = true;
    plane.cluster.runFor(500);
    worker.fail(new TaskId(ControlPlane.JOB, 1, 1), ErrorCode.DEPENDENCY, "it broke");
    worker.silentAboutCheckpoints = false;
    plane.cluster.runUntil("restart", 2_000, () -> plane.status() == JobStatus.RESTARTING);
    plane.awaitStatus(JobStatus.RUNNING, 10_000);
    assertEquals(2, attempt(0));
    awaitAll();
  }
}
