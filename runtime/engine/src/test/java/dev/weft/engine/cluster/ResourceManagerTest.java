package dev.weft.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.SubtaskDetails;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceManagerTest {
  private final ControlPlane plane = new ControlPlane(5);

  private List<String> places() {
    return plane.job().vertices().get(0).subtasks().stream().map(SubtaskDetails::workerId).toList();
  }

  @Test
  void aJobSpreadsOverTheWorkers() {
    plane.candidate("am");
    plane.worker("w1", 4);
    plane.worker("w2", 4);
    plane.cluster.runFor(1_000);
    plane.submit(plane.plan(50, true, 4));
    plane.awaitStatus(JobStatus.RUNNING, 5_000);
    assertEquals(List.of("w1", "w2", "w1", "w2"), places());
    assertEquals(4, plane.leading().leader.jobs().overview().slotsFree());
  }

  @Test
  void workersAreAskedForByParallelismAndGivenBackWhenIdle() {
    plane.options.put("slotmanager.redundant-taskmanager-num", "1");
    plane.options.put("resourcemanager.taskmanager-timeout", "5 s");
    ControlPlane.Candidate am = plane.candidate("am");
    am.provisioner.slotsPerWorker = 2;
    plane.submit(plane.plan(50, true, 5));
    plane.cluster.runFor(100);
    assertEquals(4, am.provisioner.wanted);
    for (int i = 1; i <= 4; i++) {
      plane.worker("w" + i, 2);
    }
    plane.awaitStatus(JobStatus.FINISHED, 20_000);
    assertEquals(0, am.provisioner.wanted);
    plane.cluster.runFor(15_000);
    assertEquals(
        List.of("w1", "w2", "w3", "w4"), am.provisioner.released.stream().sorted().toList());
    assertTrue(plane.leading().leader.jobs().workers().isEmpty());
  }

  @Test
  void aSilentWorkerIsLostAndReplaced() {
    plane.options.put("heartbeat.timeout", "3 s");
    ControlPlane.Candidate am = plane.candidate("am");
    plane.worker("w1", 1);
    plane.worker("w2", 1);
    plane.submit(plane.plan(2_000, false, 2));
    plane.awaitStatus(JobStatus.RUNNING, 5_000);
    plane.cluster.pause(plane.workers.get(0).world, 30_000);
    plane.cluster.runUntil("restart", 10_000, () -> plane.status() == JobStatus.RESTARTING);
    assertTrue(am.provisioner.released.contains("w1"));
    plane.worker("w3", 1);
    plane.awaitStatus(JobStatus.RUNNING, 5_000);
    assertEquals(2, plane.job().attempt());
    assertTrue(plane.job().failures().get(0).cause().message().contains("silent"));
    plane.cluster.runFor(40_000);
    assertEquals(JobStatus.RUNNING, plane.status());
    assertEquals(2, plane.job().attempt());
    assertTrue(plane.workers.get(0).tasks.isEmpty());
  }

  /** Else it would be counted as there for ever, and a job would wait for its slots. */
  @Test
  void aWorkerOfTheLeaderBeforeThatDoesNotRegisterIsReplaced() {
    plane.options.put("resourcemanager.taskmanager-registration.timeout", "5 s");
    ControlPlane.Candidate am = plane.candidate("am");
    plane.cluster.runFor(1_000);
    am.provisioner.listener.previousWorkers(List.of("w1", "w2"));
    plane.worker("w2", 1);
    plane.cluster.runFor(4_500);
    assertEquals(List.of(), am.provisioner.released);
    plane.cluster.runFor(1_000);
    assertEquals(List.of("w1"), am.provisioner.released);
  }

  @Test
  void pausesBelowTheTimeoutCostNoRestart() {
    plane.candidate("am");
    plane.worker("w1", 1);
    plane.worker("w2", 1);
    plane.submit(plane.plan(20_000, false, 2));
    plane.awaitStatus(JobStatus.RUNNING, 5_000);
    for (int i = 0; i < 20; i++) {
      plane.cluster.pause(plane.workers.get(i % 2).world, 3_000);
      plane.cluster.runFor(7_130);
      assertEquals(JobStatus.RUNNING, plane.status());
    }
    assertEquals(1, plane.job().attempt());
  }

  @Test
  void aWorkerThatHangsIsLostSoonAfterTheTimeout() {
    plane.candidate("am");
    plane.worker("w1", 1);
    plane.worker("w2", 1);
    plane.worker("w3", 1);
    plane.submit(plane.plan(20_000, false, 2));
    plane.awaitStatus(JobStatus.RUNNING, 5_000);
    plane.cluster.pause(plane.workers.get(0).world, 60_000);
    plane.cluster.runUntil("restart", 4_600, () -> plane.status() == JobStatus.RESTARTING);
  }

  @Test
  void aLeaderThatStoodStillHoldsNobodyForSilent() {
    plane.options.put("heartbeat.timeout", "2 s");
    ControlPlane.Candidate am = plane.candidate("am");
    plane.worker("w1", 1);
    plane.worker("w2", 1);
    plane.submit(plane.plan(20_000, false, 2));
    plane.awaitStatus(JobStatus.RUNNING, 5_000);
    for (int i = 0; i < 10; i++) {
      plane.cluster.pause(am.world, 3_000);
      plane.cluster.runFor(5_000 + 97 * i);
    }
    assertEquals(JobStatus.RUNNING, plane.status());
    assertEquals(1, plane.job().attempt());
  }

  @Test
  void spareWorkersLoadTheCodeOfWhatRunsUntilItEnds() {
    plane.candidate("am");
    plane.worker("w1", 1);
    plane.worker("w2", 1);
    FakeWorker spare = plane.worker("w3", 1);
    plane.submit(plane.plan(200, true, 2));
    plane.awaitStatus(JobStatus.RUNNING, 5_000);
    plane.cluster.runFor(1_000);
    for (FakeWorker worker : plane.workers) {
      assertEquals(List.of(ControlPlane.JOB), worker.prepared);
    }
    FakeWorker late = plane.worker("w4", 1);
    plane.cluster.runFor(1_000);
    assertEquals(List.of(ControlPlane.JOB), late.prepared);
    plane.awaitStatus(JobStatus.FINISHED, 20_000);
    plane.cluster.runFor(1_000);
    assertEquals(List.of(), spare.prepared);
    assertEquals(List.of(), late.prepared);
  }

  @Test
  void aSecondJobGetsWhatTheFirstLeaves() {
    plane.candidate("am");
    plane.worker("w1", 3);
    plane.submit(plane.plan(50, true, 2));
    plane.awaitStatus(JobStatus.RUNNING, 5_000);
    String second = "1".repeat(32);
    plane.submit(plane.plan(second, 50, 2));
    plane.cluster.runFor(200);
    assertEquals(JobStatus.CREATED, plane.job(second).summary().status());
    assertTrue(plane.job(second).waiting().startsWith("1 of 2 slots"));
    plane.cluster.runUntil(
        "second", 20_000, () -> plane.job(second).summary().status() == JobStatus.FINISHED);
    assertEquals(JobStatus.FINISHED, plane.status());
  }
}
