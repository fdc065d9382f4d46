package dev.weft.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.checkpoint.CheckpointEntry;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.Message;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.world.MessageLink;
import dev.weft.engine.world.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaderTest {
  private static final int NUMBERS = 150;
  private static final TaskId FIRST = new TaskId(ControlPlane.JOB, 0, 0);

  private final ControlPlane plane = new ControlPlane(11);

  private void startOne(boolean bounded) {
    plane.candidate("am");
    plane.worker("w1", 1);
    plane.worker("w2", 1);
    plane.submit(plane.plan(NUMBERS, bounded, 2));
  }

  @Test
  void aBoundedJobShowsItsOutputOnlyAtItsEnd() {
    startOne(true);
    plane.awaitStatus(JobStatus.RUNNING, 5_000);
    plane.cluster.runUntil("a checkpoint", 5_000, () -> plane.completed() > 0);
    assertTrue(plane.visible().isEmpty());
    plane.awaitStatus(JobStatus.FINISHED, 20_000);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
    assertEquals(1, plane.job().attempt());
    plane.cluster.runFor(1_000);
    assertTrue(plane.cluster.files().paths("/checkpoints").isEmpty());
    assertTrue(plane.workers.stream().allMatch(w -> w.tasks.isEmpty()));
  }

  @Test
  void aBoundedJobWithoutPeriodicCheckpointsCommitsAtItsEnd() {
    plane.options.put("execution.checkpointing.interval", "0");
    startOne(true);
    plane.awaitStatus(JobStatus.FINISHED, 20_000);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
    assertEquals(1, plane.job().checkpoints().counts().completed());
  }

  @Test
  void aStreamingJobCommitsAtEveryCheckpoint() {
    startOne(false);
    plane.cluster.runUntil("output", 10_000, () -> plane.visible().size() > 10);
    assertEquals(JobStatus.RUNNING, plane.status());
    plane.cluster.runUntil("more", 10_000, () -> plane.visible().size() == NUMBERS);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
  }

  @Test
  void checkpointsThatFailAreToldWithTheirCauseUntilOneCompletes() {
    startOne(false);
    plane.cluster.runUntil("a checkpoint", 10_000, () -> plane.completed() > 0);
    plane.cluster.files().refuseChanges("safe mode");
    plane.cluster.runUntil(
        "trouble", 20_000, () -> plane.job().waiting().contains("in a row failed"));
    String told = plane.job().waiting();
    assertTrue(told.contains("safe mode"), told);
    assertEquals(told, plane.job().summary().waiting());
    assertEquals(JobStatus.RUNNING, plane.status());
    plane.cluster.files().refuseChanges(null);
    plane.cluster.runUntil("none", 20_000, () -> plane.job().waiting().isEmpty());
  }

  @Test
  void aLostWorkerMeansRestartFromTheCheckpoint() {
    startOne(true);
    plane.cluster.runUntil("a checkpoint", 5_000, () -> plane.completed() > 0);
    plane.cluster.kill(plane.workers.get(0).world);
    plane.cluster.runUntil("restart", 2_000, () -> plane.status() == JobStatus.RESTARTING);
    assertTrue(plane.job().failures().get(0).cause().message().contains("w1"));
    plane.cluster.runFor(500);
    assertTrue(plane.job().waiting().startsWith("1 of 2 slots"), plane.job().waiting());
    plane.worker("w3", 1);
    plane.awaitStatus(JobStatus.FINISHED, 20_000);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
    assertEquals(2, plane.job().attempt());
    assertEquals(1, plane.job().checkpoints().counts().restored());
  }

  @Test
  void aNewLeaderTakesOverWithoutRestart() {
    startOne(false);
    plane.candidate("am2");
    plane.cluster.runUntil("a checkpoint", 10_000, () -> plane.completed() > 1);
    long before = plane.completed();
    plane.cluster.kill(plane.candidates.get("am").world);
    plane.cluster.runUntil(
        "checkpoint by the next leader", 20_000, () -> plane.completed() > before);
    assertEquals(1, plane.job().attempt());
    assertEquals(JobStatus.RUNNING, plane.status());
    assertEquals(2, plane.workers.stream().mapToInt(w -> w.deployments).sum());
    plane.cluster.runUntil("all", 20_000, () -> plane.visible().size() == NUMBERS);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
  }

  @Test
  void aNewLeaderRestartsAJobThatLostAWorker() {
    startOne(true);
    plane.candidate("am2");
    plane.cluster.runUntil("a checkpoint", 10_000, () -> plane.completed() > 0);
    plane.cluster.kill(plane.candidates.get("am").world);
    plane.cluster.kill(plane.workers.get(1).world);
    plane.worker("w3", 1);
    plane.awaitStatus(JobStatus.FINISHED, 40_000);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
    assertEquals(2, plane.job().attempt());
  }

  @Test
  void aFinishedJobIsKnownToTheNextLeader() {
    startOne(true);
    plane.awaitStatus(JobStatus.FINISHED, 20_000);
    plane.cluster.kill(plane.candidates.get("am").world);
    plane.candidate("am2");
    plane.cluster.runUntil("a leader", 20_000, () -> plane.leading() != null);
    assertEquals(JobStatus.FINISHED, plane.status());
    assertTrue(plane.submit(plane.plan(NUMBERS, true, 2)) instanceof Outcome.Failure<String>);
  }

  @Test
  void whoStepsDownClosesCommittersAndEnumeratorsAndRemovesNothing() {
    NumberSink.OPEN.set(0);
    NumberSource.OPEN.set(0);
    startOne(false);
    plane.cluster.runUntil("output", 10_000, () -> plane.visible().size() > 10);
    assertEquals(1, NumberSink.OPEN.get());
    assertEquals(1, NumberSource.OPEN.get());
    List<String> files = plane.cluster.files().paths("/checkpoints");
    plane.candidates.get("am").leader.close();
    plane.cluster.runFor(1_000);
    assertEquals(0, NumberSink.OPEN.get());
    assertEquals(0, NumberSource.OPEN.get());
    assertEquals(files, plane.cluster.files().paths("/checkpoints"));
    assertTrue(
        plane.cluster.files().paths(NumberSink.OUT).stream()
            .noneMatch(path -> path.contains("_finished")));
  }

  @Test
  void aWorkerBehindASilentCutIsLostWithinTheTimeout() {
    startOne(true);
    plane.awaitStatus(JobStatus.RUNNING, 5_000);
    plane.cluster.network().cut("am", "w1");
    plane.cluster.runUntil(
        "lost", 12_500, () -> plane.leading().leader.jobs().workers().size() == 1);
    plane.cluster.network().heal();
    plane.awaitStatus(JobStatus.FINISHED, 60_000);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
  }

  @Test
  void aWorkerThatIsNotWhoItSaysIsRefused() {
    startOne(false);
    plane.awaitStatus(JobStatus.RUNNING, 5_000);
    List<Message> answers = new ArrayList<>();
    MessageLink.connect(
        plane.cluster.start("impostor").transport(),
        plane.leading().leader.address(),
        new MessageLink.Handler() {
          @Override
          public void opened(MessageLink link) {
            Address data = new Address("impostor", 1);
            link.send(new ToLeader.RegisterWorker("w1", "other", data, 1, 0, List.of(), Map.of()));
          }

          @Override
          public void received(MessageLink link, Message message) {
            answers.add(message);
          }

          @Override
          public void closed(MessageLink link, Throwable cause) {}
        });
    plane.cluster.runFor(1_000);
    assertEquals(1, answers.size());
    assertTrue(answers.get(0).toString().contains("impostor"), answers.toString());
    assertTrue(answers.get(0) instanceof ToWorker.WorkerRefused);
    assertEquals(2, plane.leading().leader.jobs().workers().size());
    assertEquals(JobStatus.RUNNING, plane.status());
  }

  @Test
  void aZombieStepsDownAndChangesNothing() {
    startOne(false);
    plane.candidate("am2");
    plane.cluster.runUntil("a checkpoint", 10_000, () -> plane.completed() > 0);
    plane.cluster.pause(plane.candidates.get("am").world, 8_000);
    plane.cluster.runFor(15_000);
    assertEquals(1, plane.candidates.get("am").stepDowns.size());
    assertTrue(plane.candidates.get("am2").granted > 0);
    plane.cluster.runUntil("all", 20_000, () -> plane.visible().size() == NUMBERS);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
  }

  @Test
  void declinedAndSlowCheckpointsAreGivenUpAndTheJobLives() {
    plane.options.put("execution.checkpointing.timeout", "500 ms");
    startOne(false);
    plane.awaitStatus(JobStatus.RUNNING, 5_000);
    plane.workers.get(0).declines = true;
    plane.cluster.runUntil(
        "failures", 10_000, () -> plane.job().checkpoints().counts().failuresInRow() > 1);
    assertTrue(latestFailure().failure().contains("the disk is full"), latestFailure().failure());
    plane.workers.get(0).declines = false;
    plane.workers.get(0).silentAboutCheckpoints = true;
    plane.cluster.runUntil(
        "timeout", 10_000, () -> latestFailure().failure().contains("longer than 500 ms"));
    plane.workers.get(0).silentAboutCheckpoints = false;
    plane.cluster.runUntil("all", 20_000, () -> plane.visible().size() == NUMBERS);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
    assertEquals(1, plane.job().attempt());
    plane.cluster.runFor(100);
    assertEquals(1, plane.cluster.files().paths("/checkpoints").size());
  }

  private CheckpointEntry latestFailure() {
    return plane.job().checkpoints().latestFailed();
  }

  @Test
  void aStreamingJobDoesNotStartWithoutItsNewestManifest() {
    plane.options.put("execution.checkpointing.num-retained", "3");
    startOne(false);
    plane.cluster.runUntil("checkpoints", 10_000, () -> plane.completed() > 2);
    String newest = plane.job().checkpoints().latestCompleted().path();
    plane.cluster.files().overwrite(newest, new byte[] {1, 2, 3, 4, 5, 6});
    plane.workers.get(0).fail(FIRST, ErrorCode.USER, "division by zero");
    plane.awaitStatus(JobStatus.FAILED, 20_000);
    String message = plane.job().failures().get(0).cause().message();
    assertTrue(message.contains("is damaged"), message);
    assertTrue(message.contains("execution.state-recovery.path"), message);
    plane.cluster.runFor(2_000);
    assertFalse(plane.cluster.files().paths("/checkpoints").isEmpty());
    assertNotNull(plane.cluster.coordination().pointer("job-" + ControlPlane.JOB));
  }

  @Test
  void aBoundedJobFallsBackToAnOlderCheckpointAndSaysSo() {
    plane.options.put("execution.checkpointing.num-retained", "2");
    plane.options.put("execution.checkpointing.interval", "200 ms");
    startOne(true);
    plane.cluster.runUntil("checkpoints", 10_000, () -> plane.completed() > 1);
    String newest = plane.job().checkpoints().latestCompleted().path();
    plane.cluster.files().overwrite(newest, new byte[] {1, 2, 3, 4, 5, 6});
    plane.workers.get(0).fail(FIRST, ErrorCode.USER, "division by zero");
    plane.awaitStatus(JobStatus.FINISHED, 20_000);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
    assertTrue(
        plane.job().failures().stream()
            .anyMatch(f -> f.cause().message().contains("the older checkpoint")));
  }

  @Test
  void aJobThatHasOnlyToCommitDoesNotGoBackBehindItsLastCheckpoint() throws Exception {
    plane.options.put("execution.checkpointing.num-retained", "3");
    plane.options.put("execution.checkpointing.interval", "200 ms");
    startOne(true);
    var files = plane.candidates.get("am").world.files();
    files.createDirectories("/broken");
    files.create(NumberSink.FAILS).close();
    plane.cluster.runUntil(
        "the last checkpoint",
        20_000,
        () -> !plane.retained().isEmpty() && plane.retained().get(0).last());
    assertTrue(plane.retained().size() > 1);
    String last = plane.retained().get(0).manifestPath();
    byte[] manifest = plane.cluster.files().read(last);
    plane.cluster.files().overwrite(last, new byte[] {1, 2, 3, 4, 5, 6});
    plane.cluster.kill(plane.candidates.get("am").world);
    var next = plane.candidate("next");
    next.world.files().delete(NumberSink.FAILS);
    plane.awaitStatus(JobStatus.FAILED, 20_000);
    String message = plane.job().failures().get(0).cause().message();
    assertTrue(message.contains(last + " is damaged"), message);
    assertTrue(plane.visible().isEmpty());
    plane.cluster.files().overwrite(last, manifest);
    plane.cluster.kill(next.world);
    plane.candidate("last");
    plane.awaitStatus(JobStatus.FINISHED, 20_000);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
  }

  @Test
  void commitsAreTriedAgainUntilTheTargetIsBack() throws Exception {
    startOne(false);
    plane.cluster.runUntil("a checkpoint", 10_000, () -> plane.completed() > 0);
    var files = plane.candidates.get("am").world.files();
    files.createDirectories("/broken");
    files.create(NumberSink.FAILS).close();
    plane.cluster.runUntil(
        "trouble", 10_000, () -> !plane.job().checkpoints().commitTrouble().isEmpty());
    long before = plane.completed();
    plane.cluster.runUntil("next checkpoint", 10_000, () -> plane.completed() > before + 1);
    files.delete(NumberSink.FAILS);
    plane.cluster.runUntil("all", 30_000, () -> plane.visible().size() == NUMBERS);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
    assertEquals("", plane.job().checkpoints().commitTrouble());
  }

  @Test
  void aCommitThatCanNeverSucceedFailsTheJob() throws Exception {
    startOne(true);
    var files = plane.candidates.get("am").world.files();
    files.createDirectories("/broken");
    files.create(NumberSink.IMPOSSIBLE).close();
    plane.awaitStatus(JobStatus.FAILED, 20_000);
    assertEquals(ErrorCode.DATA, plane.job().failures().get(0).cause().code());
    assertTrue(plane.visible().isEmpty());
  }

  @Test
  void aFailureThatComesAgainAndAgainEndsABoundedJob() {
    startOne(true);
    for (int attempt = 1; attempt <= 3; attempt++) {
      int number = attempt;
      plane.cluster.runUntil(
          "attempt " + number,
          20_000,
          () -> plane.job().attempt() == number && plane.status() == JobStatus.RUNNING);
      plane.cluster.runFor(20);
      plane.workers.stream()
          .filter(w -> w.tasks.containsKey(FIRST))
          .findFirst()
          .orElseThrow()
          .fail(FIRST, ErrorCode.USER, "division by zero");
      plane.cluster.runFor(10);
    }
    plane.awaitStatus(JobStatus.FAILED, 10_000);
    assertEquals(1, plane.ended.size());
    assertTrue(plane.visible().isEmpty());
  }

  @Test
  void aCancelledStreamKeepsItsCheckpointAndWhatItCovers() {
    startOne(false);
    plane.cluster.runUntil("output", 10_000, () -> !plane.visible().isEmpty());
    assertTrue(plane.leading().leader.jobs().cancel(ControlPlane.JOB));
    plane.awaitStatus(JobStatus.CANCELED, 10_000);
    assertFalse(plane.cluster.files().paths("/checkpoints").isEmpty());
    assertFalse(plane.visible().isEmpty());
    assertTrue(plane.cluster.files().paths("/out").contains("/out/_finished_false0"));
    assertTrue(plane.workers.stream().allMatch(w -> w.tasks.isEmpty()));
  }

  @Test
  void aJobThatWaitsTooLongForSlotsSaysWhy() {
    plane.options.put("slot.request.timeout", "3 s");
    plane.candidate("am");
    plane.worker("w1", 1);
    plane.submit(plane.plan(NUMBERS, true, 2));
    plane.candidates.get("am").provisioner.listener.waiting("the queue is full");
    plane.awaitStatus(JobStatus.FAILED, 10_000);
    var cause = plane.job().failures().get(0).cause();
    assertEquals(ErrorCode.RESOURCE, cause.code());
    assertTrue(cause.message().contains("1 of 2 slots"), cause.message());
    assertTrue(cause.message().contains("the queue is full"), cause.message());
  }

  @Test
  void aDamagedJournalIsNeverAStartFromNothing() {
    startOne(false);
    plane.cluster.runUntil("output", 10_000, () -> !plane.visible().isEmpty());
    plane.cluster.kill(plane.candidates.get("am").world);
    List<String> records =
        plane.cluster.files().paths("/ha/application/journal/" + ControlPlane.JOB);
    records.forEach(r -> plane.cluster.files().overwrite(r, new byte[] {9, 9, 9, 9, 9, 9, 9}));
    plane.candidate("am2");
    plane.cluster.runUntil("a leader", 20_000, () -> plane.leading() != null);
    assertEquals(JobStatus.FAILED, plane.status());
    assertTrue(plane.job().failures().get(0).cause().message().contains("can not be trusted"));
    plane.cluster.runFor(5_000);
    assertEquals(
        records, plane.cluster.files().paths("/ha/application/journal/" + ControlPlane.JOB));
    Map<Integer, Integer> visible = plane.visible();
    assertFalse(visible.isEmpty());
  }

  @Test
  void aStreamContinuesFromACheckpointWithAnotherParallelism() {
    startOne(false);
    plane.cluster.runUntil("output", 10_000, () -> plane.visible().size() > 20);
    plane.leading().leader.jobs().cancel(ControlPlane.JOB);
    plane.awaitStatus(JobStatus.CANCELED, 10_000);
    String path = plane.job().checkpoints().latestCompleted().path();
    String next = "2".repeat(32);
    plane.worker("w3", 1);
    plane.submit(
        plane.plan(next, NUMBERS, false, 3, Map.of("execution.state-recovery.path", path)));
    plane.cluster.runUntil("all", 20_000, () -> plane.visible().size() == NUMBERS);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
    assertNotNull(plane.cluster.files().read(path));
    assertTrue(plane.job(next).checkpoints().latestCompleted().id() > 1);
  }

  @Test
  void aPathThatHoldsNoCheckpointIsRefused() {
    plane.candidate("am");
    plane.worker("w1", 1);
    Outcome<String> outcome =
        plane.submit(
            plane.plan(
                ControlPlane.JOB,
                NUMBERS,
                false,
                1,
                Map.of("execution.state-recovery.path", "/nothing/here")));
    WeftException refusal = (WeftException) ((Outcome.Failure<String>) outcome).cause();
    assertEquals(ErrorCode.USER, refusal.code());
    assertTrue(refusal.getMessage().contains("/nothing/here"), refusal.getMessage());
    assertTrue(plane.leading().leader.jobs().jobs().isEmpty());
  }

  @Test
  void aCancelledBoundedJobLeavesNothing() {
    startOne(true);
    plane.cluster.runUntil("a checkpoint", 10_000, () -> plane.completed() > 0);
    plane.leading().leader.jobs().cancel(ControlPlane.JOB);
    plane.awaitStatus(JobStatus.CANCELED, 10_000);
    plane.cluster.runFor(1_000);
    assertTrue(plane.visible().isEmpty());
    assertTrue(plane.cluster.files().paths("/checkpoints").isEmpty());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sinksTryToCleanUpForAWhile(boolean forEver) throws Exception {
    startOne(true);
    var files = plane.candidates.get("am").world.files();
    files.createDirectories("/broken");
    files.create(NumberSink.UNCLEAN).close();
    plane.cluster.runUntil(
        "trouble",
        20_000,
        () -> plane.job() != null && plane.job().waiting().contains("can not remove"));
    plane.cluster.runFor(20_000);
    assertEquals(JobStatus.RUNNING, plane.status());
    if (!forEver) {
      files.delete(NumberSink.UNCLEAN);
    }
    plane.awaitStatus(JobStatus.FINISHED, forEver ? 120_000 : 20_000);
    assertEquals(!forEver, plane.cluster.files().exists(NumberSink.OUT + "/_finished_true0"));
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatComesWhileTheLastCheckpointIsRecordedIsTooLate(boolean failure) {
    plane.options.put("execution.checkpointing.interval", "0");
    plane.options.put("restart-strategy.type", "none");
    startOne(true);
    plane.awaitStatus(JobStatus.RUNNING, 10_000);
    String journal = "/ha/application/journal";
    int before = plane.cluster.files().paths(journal).size();
    plane.cluster.runUntil(
        "the record", 20_000, () -> plane.cluster.files().paths(journal).size() > before);
    assertEquals(0, plane.completed()); // the leader does not know that it is there
    if (failure) {
      plane.cluster.kill(plane.workers.get(0).world);
    } else {
      plane.leading().leader.jobs().cancel(ControlPlane.JOB);
    }
    plane.awaitStatus(JobStatus.FINISHED, 20_000);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
    assertEquals(1, plane.job().attempt());
  }

  @Test
  void aJobWhoseLastCheckpointIsRecordedCanNotBeCancelledUnderTheNextLeader() throws Exception {
    startOne(true);
    var files = plane.candidates.get("am").world.files();
    files.createDirectories("/broken");
    files.create(NumberSink.FAILS).close();
    plane.cluster.runUntil(
        "trouble",
        20_000,
        () -> plane.job() != null && !plane.job().checkpoints().commitTrouble().isEmpty());
    plane.cluster.kill(plane.candidates.get("am").world);
    var next = plane.candidate("am2");
    plane.cluster.runUntil("a leader", 20_000, () -> plane.leading() == next);
    next.leader.jobs().cancel(ControlPlane.JOB);
    plane.cluster.runFor(1_000);
    next.world.files().delete(NumberSink.FAILS);
    plane.awaitStatus(JobStatus.FINISHED, 20_000);
    assertEquals(ControlPlane.once(NUMBERS), plane.visible());
  }

  @Test
  void aClusterIsForgottenOnlyAfterAllItsJobsEndedAsWanted() {
    startOne(true);
    plane.awaitStatus(JobStatus.RUNNING, 10_000);
    plane.candidates.get("am").leader.forget(() -> {});
    plane.cluster.runFor(200);
    assertNotNull(plane.cluster.coordination().pointer("job-" + ControlPlane.JOB));
    plane.awaitStatus(JobStatus.FINISHED, 20_000);
    plane.candidates.get("am").leader.forget(() -> {});
    plane.cluster.runFor(200);
    assertTrue(plane.cluster.files().paths("/ha").isEmpty());
  }
}
