package dev.weft.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.checkpoint.CheckpointStatistics;
import dev.weft.engine.checkpoint.FailureEntry;
import dev.weft.engine.checkpoint.JobPast;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.TaskStatus;
import dev.weft.engine.protocol.FailureReport;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people are told of a job after its leader or the job has ended. */
class JobPastTest {
  private static final int NUMBERS = 60;

  private final ControlPlane plane = new ControlPlane(11);

  /** A job that lost a worker, went on and took another checkpoint. */
  private void startAndLoseAWorker(boolean bounded) {
    plane.candidate("am");
    plane.worker("w1", 1);
    plane.worker("w2", 1);
    plane.submit(plane.plan(NUMBERS, bounded, 2));
    plane.cluster.runUntil("a checkpoint", 10_000, () -> plane.completed() > 0);
    plane.cluster.kill(plane.workers.get(0).world);
    plane.cluster.runUntil("a restart", 10_000, () -> plane.status() == JobStatus.RESTARTING);
    plane.worker("w3", 1);
    long before = plane.completed();
    plane.cluster.runUntil("another one", 20_000, () -> plane.completed() > before);
  }

  private JobDetails afterAnotherLeaderCame() {
    plane.cluster.kill(plane.candidates.get("am").world);
    plane.candidate("am2");
    plane.cluster.runUntil("a leader", 20_000, () -> plane.leading() != null);
    return plane.job();
  }

  @Test
  void anEndedJobIsShownAsItWas() {
    startAndLoseAWorker(true);
    plane.awaitStatus(JobStatus.FINISHED, 30_000);
    JobDetails before = plane.job();
    JobDetails after = afterAnotherLeaderCame();
    assertTrue(before.checkpoints().counts().completed() > 1);
    assertEquals(before.checkpoints().counts(), after.checkpoints().counts());
    assertEquals(before.checkpoints().history(), after.checkpoints().history());
    assertEquals(before.failures(), after.failures());
    assertEquals(1, after.failures().size());
    assertEquals(2, after.attempt());
    assertEquals(2, after.summary().tasks().get(TaskStatus.FINISHED));
    assertEquals(
        before.vertices().get(0).subtasks().stream().map(task -> task.metrics()).toList(),
        after.vertices().get(0).subtasks().stream().map(task -> task.metrics()).toList());
  }

  @Test
  void theNextLeaderGoesOnCounting() {
    startAndLoseAWorker(false);
    JobDetails before = plane.job();
    JobDetails after = afterAnotherLeaderCame();
    assertEquals(
        before.checkpoints().counts().completed(), after.checkpoints().counts().completed());
    assertEquals(1, after.checkpoints().counts().restored());
    assertEquals(before.failures(), after.failures());
    long last = plane.completed();
    plane.cluster.runUntil("one more", 20_000, () -> plane.completed() > last);
    assertEquals(
        before.checkpoints().counts().completed() + 1,
        plane.job().checkpoints().counts().completed());
  }

  @Test
  void whatIsRecordedIsBounded() {
    FailureReport why = new FailureReport(ErrorCode.USER, "m", "x".repeat(100_000), "");
    FailureEntry entry = new FailureEntry(1, 1, why, "", "", "", List.of(why));
    JobPast.TaskPast task = new JobPast.TaskPast(0, 0, 1, "RUNNING", "", "", 0, null);
    JobPast past =
        JobPast.of(
            CheckpointStatistics.NONE,
            List.of(entry),
            Collections.nCopies(JobPast.TASKS_MAX + 1, task));
    assertTrue(past.failures().get(0).cause().stackTrace().length() < 3_000);
    assertTrue(past.failures().get(0).concurrent().get(0).stackTrace().length() < 3_000);
    assertEquals(List.of(), past.tasks());
  }
}
