package dev.weft.engine.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.operator.saved.SnapshotCatalog;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.CheckpointKind;
import dev.weft.engine.protocol.CommittableBytes;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskReport;
import dev.weft.engine.protocol.TaskState;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.simulated.SimulatedFaults;
import dev.weft.engine.simulated.SimulatedWorld;
import dev.weft.engine.state.RowDatabases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkerNodeTest {
  private static final NumberSource NUMBERS = new NumberSource(100, -1);

  private final SimulatedCluster cluster = new SimulatedCluster(11);
  private final Map<String, SimulatedWorld> worlds = new LinkedHashMap<>();
  private final Map<String, WorkerNode> nodes = new LinkedHashMap<>();
  private final Map<String, WorkerEnd.Reason> ended = new LinkedHashMap<>();
  private ScriptedLeader leader;
  private Optional<Address> known;

  @BeforeEach
  void oneLeaderTwoWorkers() {
    newLeader(7);
    startWorker("one");
    startWorker("two");
    awaitRegistered();
  }

  private void newLeader(long epoch) {
    SimulatedWorld world = cluster.start("leader-" + epoch);
    worlds.put("leader", world);
    leader = new ScriptedLeader(world, epoch);
    known = Optional.of(leader.address);
  }

  private void killLeader() {
    cluster.kill(worlds.get("leader"));
    known = Optional.empty();
  }

  private void startWorker(String name) {
    SimulatedWorld world = cluster.start(name);
    WorkerSettings settings =
        new WorkerSettings(
            name,
            name + "-1",
            new WorkerSettings.Resources(
                2,
                64 << 20,
                8 << 20,
                "/scratch",
                RowDatabases.none(),
                WorkerSettings.Copies.NONE,
                SnapshotCatalog.none()),
            name,
            0,
            Map.of("host", name),
            Map::of);
    WorkerNode node =
        new WorkerNode(world, settings, () -> known, (how, reason) -> ended.put(name, how));
    worlds.put(name, world);
    nodes.put(name, node);
    node.start();
  }

  private void awaitRegistered() {
    cluster.runUntil("registered", 20_000, () -> leader.workers.size() == 2);
    cluster.runFor(10);
  }

  private void deploy(TestJob job, int attempt) {
    deploy(job, attempt, Map.of(), 0);
  }

  private void deploy(
      TestJob job, int attempt, Map<TaskId, List<OperatorSnapshot>> restore, long checkpointId) {
    Map<String, Address> addresses = new TreeMap<>();
    leader.registrations.forEach((name, worker) -> addresses.put(name, worker.data()));
    job.deploy(leader.epoch, attempt, addresses, restore, checkpointId).forEach(leader::send);
    awaitState(attempt, TaskState.READY);
    leader.sendAll(new ToWorker.StartTasks(leader.epoch, TestJob.ID, attempt, null));
    awaitState(attempt, TaskState.RUNNING);
  }

  private void awaitState(int attempt, TaskState state) {
    cluster.runUntil(
        "all " + state,
        20_000,
        () -> TestJob.tasks().stream().allMatch(task -> state(task, attempt) == state));
  }

  private TaskState state(TaskId task, int attempt) {
    TaskState last = null;
    for (ToLeader.TaskChanged changed : leader.heard(ToLeader.TaskChanged.class)) {
      if (changed.task().equals(task) && changed.attempt() == attempt) {
        last = changed.state();
      }
    }
    return last;
  }

  private void assign(int attempt, int subtask, long from, long end) {
    TaskId task = TestJob.task(0, subtask);
    sendTo(
        task,
        new ToWorker.AssignSplits(
            leader.epoch,
            task,
            attempt,
            NumberSource.SPLIT_VERSION,
            List.of(NumberSource.split(from, end))));
  }

  private void noMore(int attempt) {
    for (TaskId task : TestJob.sources()) {
      sendTo(task, new ToWorker.NoMoreSplits(leader.epoch, task, attempt));
    }
  }

  private void sendTo(TaskId task, ToWorker message) {
    leader.send(task.subtask() == 0 ? "one" : "two", message);
  }

  private void trigger(int attempt, long checkpointId) {
    String directory = "/chk/" + checkpointId;
    try {
      worlds.get("one").files().createDirectories(directory);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    for (TaskId task : TestJob.sources()) {
      sendTo(
          task,
          new ToWorker.TriggerCheckpoint(
              leader.epoch,
              TestJob.ID,
              attempt,
              checkpointId,
              directory,
              List.of(task),
              CheckpointKind.CHECKPOINT,
              0L));
    }
  }

  private Map<TaskId, ToLeader.CheckpointAck> acks(int attempt, long checkpointId) {
    Map<TaskId, ToLeader.CheckpointAck> acks = new TreeMap<>();
    for (ToLeader.CheckpointAck ack : leader.heard(ToLeader.CheckpointAck.class)) {
      if (ack.attempt() == attempt && ack.checkpointId() == checkpointId) {
        acks.put(ack.task(), ack);
      }
    }
    return acks;
  }

  private Map<TaskId, ToLeader.CheckpointAck> checkpoint(int attempt, long checkpointId) {
    trigger(attempt, checkpointId);
    cluster.runUntil(
        "acknowledged", 20_000, () -> acks(attempt, checkpointId).size() == TestJob.tasks().size());
    leader.sendAll(
        new ToWorker.CheckpointCompleted(leader.epoch, TestJob.ID, attempt, checkpointId));
    cluster.runFor(10);
    return acks(attempt, checkpointId);
  }

  private static List<Long> lines(Map<TaskId, ToLeader.CheckpointAck> acks) {
    List<Long> lines = new ArrayList<>();
    for (ToLeader.CheckpointAck ack : acks.values()) {
      for (CommittableBytes committable : ack.committables()) {
        for (String line : new String(committable.bytes(), StandardCharsets.UTF_8).split("\n")) {
          lines.add(Long.parseLong(line));
        }
      }
    }
    return lines;
  }

  private static List<Long> range(long from, long end) {
    return LongStream.range(from, end).boxed().toList();
  }

  private static List<Long> sorted(List<Long> values) {
    return values.stream().sorted().toList();
  }

  @Test
  void aJobRunsToItsEndAndEveryRecordIsStagedOnce() {
    deploy(TestJob.copying(NUMBERS), 1);
    cluster.runFor(200);
    assertEquals(2, leader.heard(ToLeader.SplitRequest.class).size());
    assign(1, 0, 0, 5000);
    assign(1, 1, 5000, 12_000);
    noMore(1);
    awaitState(1, TaskState.DRAINED);
    assertEquals(range(0, 12_000), sorted(lines(checkpoint(1, 1))));
    assertEquals(List.of(), lines(checkpoint(1, 2)), "what is committed is not staged again");
  }

  @Test
  void heartbeatsCarryCounters() {
    deploy(TestJob.copying(NUMBERS), 1);
    assign(1, 0, 0, 5000);
    assign(1, 1, 5000, 12_000);
    noMore(1);
    awaitState(1, TaskState.DRAINED);
    leader.heard.clear();
    cluster.runFor(3000);
    long in = 0;
    long out = 0;
    List<ToLeader.Heartbeat> beats = leader.heard(ToLeader.Heartbeat.class);
    for (ToLeader.Heartbeat beat : beats.subList(beats.size() - 2, beats.size())) {
      for (var task : beat.tasks()) {
        if (task.task().vertex() == 0) {
          out += task.recordsOut();
        } else {
          in += task.recordsIn();
          assertTrue(task.bytesIn() > 0);
          assertEquals(Long.MAX_VALUE, task.watermark());
        }
      }
    }
    assertEquals(12_000, out);
    assertEquals(12_000, in);
  }

  @Test
  void codeIsLoadedAheadAndKeptUntilTheLeaderNoLongerWantsIt() {
    TestJob job = TestJob.copying(NUMBERS);
    var loaded = worlds.get("one").openCode();
    leader.sendAll(new ToWorker.PrepareJobs(leader.epoch, List.of(job.content())));
    cluster.runUntil("loaded", 200, () -> loaded.contains(TestJob.ID));
    deploy(job, 1);
    leader.sendAll(new ToWorker.CancelTasks(leader.epoch, TestJob.ID, 1, null));
    awaitState(1, TaskState.CANCELED);
    assertTrue(loaded.contains(TestJob.ID), "kept between two attempts");
    leader.sendAll(new ToWorker.PrepareJobs(leader.epoch, List.of()));
    cluster.runUntil("unloaded", 200, loaded::isEmpty);
  }

  @Test
  void aTaskSaysWhatItCountedWhenItIsDone() {
    deploy(TestJob.copying(NUMBERS), 1);
    assign(1, 0, 0, 5000);
    assign(1, 1, 5000, 12_000);
    noMore(1);
    awaitState(1, TaskState.DRAINED);
    long in = 0;
    long out = 0;
    for (ToLeader.TaskChanged changed : leader.heard(ToLeader.TaskChanged.class)) {
      if (changed.state() != TaskState.DRAINED) {
        assertNull(changed.metrics());
      } else if (changed.task().vertex() == 0) {
        out += changed.metrics().recordsOut();
      } else {
        in += changed.metrics().recordsIn();
      }
    }
    assertEquals(12_000, out);
    assertEquals(12_000, in);
  }

  @Test
  void aSilentLeaderIsLeftAndFoundAgain() {
    deploy(TestJob.copying(NUMBERS), 1);
    leader.listener =
        message -> {
          if (message instanceof ToLeader.Heartbeat beat) {
            leader.send(beat.workerId(), new ToWorker.LeaderAlive(leader.epoch, 3000));
          }
        };
    cluster.runFor(10_000);
    assertEquals(2, leader.heard(ToLeader.RegisterWorker.class).size());
    cluster.network().cut("leader-7", "one");
    cluster.runUntil("left", 5000, () -> !leader.workers.containsKey("one"));
    assertTrue(leader.workers.containsKey("two"));
    cluster.network().heal();
    cluster.runUntil("back", 20_000, () -> leader.workers.containsKey("one"));
    assertEquals(3, leader.heard(ToLeader.RegisterWorker.class).size());
    assertEquals(TaskState.RUNNING, state(TestJob.task(0, 0), 1));
  }

  @Test
  void aCheckpointSplitsTheStreamAtOnePoint() {
    deploy(TestJob.copying(NUMBERS), 1);
    assign(1, 0, 0, 100_000);
    assign(1, 1, 100_000, 200_000);
    cluster.runFor(5);
    List<Long> first = sorted(lines(checkpoint(1, 1)));
    assertTrue(first.size() > 100 && first.size() < 200_000, "" + first.size());
    List<Long> low = first.stream().filter(number -> number < 100_000).toList();
    List<Long> high = first.stream().filter(number -> number >= 100_000).toList();
    assertEquals(range(0, low.size()), low, "a prefix of what each reader read");
    assertEquals(range(100_000, 100_000 + high.size()), high);
  }

  @Test
  void aFailingFunctionIsReportedWithPlaceAndRecord() {
    deploy(TestJob.copying(new NumberSource(100, 42)), 1);
    assign(1, 0, 0, 100);
    cluster.runUntil("failed", 5000, () -> state(TestJob.task(0, 0), 1) == TaskState.FAILED);
    ToLeader.TaskChanged failed = failures().get(0);
    assertEquals(ErrorCode.USER, failed.failure().code());
    assertTrue(failed.metrics() != null, "it says what it counted before");
    assertTrue(failed.failure().message().contains("TestJob.java:1"), failed.failure().message());
    assertTrue(failed.failure().message().contains("fail at 42"), failed.failure().message());
  }

  @Test
  void aLostWorkerFailsItsPeersWithADependencyError() {
    deploy(TestJob.copying(NUMBERS), 1);
    assign(1, 0, 0, 1000);
    assign(1, 1, 1000, 2000);
    cluster.runFor(50);
    cluster.kill(worlds.get("two"));
    cluster.runUntil("both failed", 5000, () -> failures().size() == 2);
    failures().forEach(failed -> assertEquals(ErrorCode.DEPENDENCY, failed.failure().code()));
  }

  private List<ToLeader.TaskChanged> failures() {
    return leader.heard(ToLeader.TaskChanged.class).stream()
        .filter(changed -> changed.failure() != null)
        .toList();
  }

  @Test
  void cancelledTasksAnswerAndLaterOnesOfTheAttemptAreRefused() {
    TestJob job = TestJob.copying(NUMBERS);
    deploy(job, 1);
    assign(1, 0, 0, 1_000_000);
    leader.sendAll(new ToWorker.CancelTasks(leader.epoch, TestJob.ID, 1, null));
    awaitState(1, TaskState.CANCELED);
    leader.heard.clear();
    Map<String, Address> addresses = new TreeMap<>();
    leader.registrations.forEach((name, worker) -> addresses.put(name, worker.data()));
    job.deploy(leader.epoch, 1, addresses, Map.of(), 0).forEach(leader::send);
    cluster.runFor(1000);
    assertEquals(List.of(), leader.heard(ToLeader.TaskChanged.class));
    deploy(job, 2);
  }

  @Test
  void aLaterAttemptReplacesTheEarlierOne() {
    TestJob job = TestJob.copying(NUMBERS);
    deploy(job, 1);
    assign(1, 0, 0, 1_000_000);
    cluster.runFor(5);
    deploy(job, 2);
    awaitState(1, TaskState.CANCELED);
    assign(2, 0, 0, 300);
    noMore(2);
    awaitState(2, TaskState.DRAINED);
    assertEquals(range(0, 300), sorted(lines(checkpoint(2, 1))));
  }

  @Test
  void withoutALeaderTasksGoOnAndTheirAcksAreRepeated() {
    deploy(TestJob.copying(NUMBERS), 1);
    assign(1, 0, 0, 300);
    assign(1, 1, 300, 600);
    noMore(1);
    cluster.runFor(100);
    assertEquals(300, 600 - sorted(lines(checkpoint(1, 1))).get(300));
    assign(1, 0, 600, 700);
    trigger(1, 2);
    cluster.runFor(1);
    killLeader();
    cluster.runFor(10_000);
    assertTrue(ended.isEmpty());

    newLeader(8);
    awaitRegistered();
    for (ToLeader.RegisterWorker worker : leader.registrations.values()) {
      assertEquals(7, worker.highestEpoch());
      assertEquals(2, worker.tasks().size());
      for (TaskReport task : worker.tasks()) {
        assertEquals(TaskState.DRAINED, task.state());
        assertEquals(1, task.lastCompletedCheckpoint());
      }
    }
    cluster.runFor(100);
    assertEquals(TaskState.DRAINED, state(TestJob.task(1, 0), 1));
  }

  @Test
  void splitsThatNoCheckpointCoversAreReported() {
    deploy(TestJob.copying(new NumberSource(1, -1)), 1);
    assign(1, 0, 0, 1_000_000);
    cluster.runFor(20);
    assertEquals(1, splitsReported("one"));
    checkpoint(1, 1);
    assertEquals(0, splitsReported("one"));
    assign(1, 0, 5_000_000, 5_000_010);
    assertEquals(1, splitsReported("one"));
  }

  private int splitsReported(String worker) {
    killLeader();
    newLeader(leader.epoch + 1);
    awaitRegistered();
    return leader.registrations.get(worker).tasks().stream()
        .filter(report -> report.task().vertex() == 0)
        .mapToInt(report -> report.splitsSinceCompleted().size())
        .sum();
  }

  @Test
  void aLeaderOfALowerEpochIsRefused() {
    killLeader();
    newLeader(6);
    cluster.runFor(5000);
    leader.sendAll(new ToWorker.ShutdownWorker(6, "obey me"));
    cluster.runFor(5000);
    assertTrue(ended.isEmpty());
    assertFalse(leader.heard(ToLeader.RegisterWorker.class).isEmpty());
    assertTrue(leader.heard(ToLeader.Heartbeat.class).isEmpty());
    killLeader();
    newLeader(8);
    awaitRegistered();
  }

  @Test
  void aWorkerEndsWhenThereIsNoLeaderForTooLong() {
    killLeader();
    cluster.runFor(59_000);
    assertTrue(ended.isEmpty());
    cluster.runFor(5_000);
    assertEquals(WorkerEnd.Reason.NO_LEADER, ended.get("one"));
  }

  @Test
  void shutdownEndsTasksThenTheWorker() {
    deploy(TestJob.copying(NUMBERS), 1);
    leader.send("one", new ToWorker.ShutdownWorker(leader.epoch, "test"));
    cluster.runUntil("ended", 5000, () -> ended.containsKey("one"));
    cluster.runFor(100);
    assertEquals(WorkerEnd.Reason.SHUT_DOWN, ended.get("one"));
    assertEquals(TaskState.CANCELED, state(TestJob.task(0, 0), 1));
    assertFalse(ended.containsKey("two"));
  }

  @Test
  void aRefusedWorkerEnds() {
    leader.send("two", new ToWorker.WorkerRefused(leader.epoch, "test"));
    cluster.runFor(100);
    assertEquals(WorkerEnd.Reason.REFUSED, ended.get("two"));
  }

  @Test
  void anAbortedCheckpointLeavesTheJobAliveAndItsOutputToTheNext() {
    deploy(TestJob.copying(NUMBERS), 1);
    assign(1, 0, 0, 300);
    assign(1, 1, 300, 600);
    noMore(1);
    awaitState(1, TaskState.DRAINED);
    trigger(1, 1);
    cluster.runFor(20);
    leader.sendAll(new ToWorker.CheckpointAborted(leader.epoch, TestJob.ID, 1, 1));
    cluster.runFor(1000);
    Map<TaskId, ToLeader.CheckpointAck> acks = checkpoint(1, 2);
    assertEquals(range(0, 600), sorted(lines(acks)));
  }

  @Test
  void aBarrierThatNeverComesHoldsNobodyAfterTheLeaderIsGone() {
    deploy(TestJob.copying(NUMBERS), 1);
    assign(1, 0, 0, 1000);
    assign(1, 1, 1000, 2000);
    cluster.runFor(100);
    TaskId only = TestJob.task(0, 0);
    leader.send(
        "one",
        new ToWorker.TriggerCheckpoint(
            leader.epoch,
            TestJob.ID,
            1,
            1,
            "/nowhere",
            List.of(only),
            CheckpointKind.CHECKPOINT,
            0L));
    assign(1, 0, 2000, 3000);
    noMore(1);
    cluster.runFor(1000);
    assertEquals(TaskState.RUNNING, state(TestJob.task(1, 0), 1));
    killLeader();
    cluster.runFor(10_000);
    newLeader(8);
    awaitRegistered();
    cluster.runFor(1000);
    assertEquals(TaskState.DRAINED, state(TestJob.task(1, 0), 1));
    assertEquals(range(0, 3000), sorted(lines(checkpoint(1, 2))));
    assertNull(acks(1, 1).get(TestJob.task(1, 0)), "an abandoned checkpoint is not acknowledged");
  }

  @Test
  void aFailedUploadIsDeclinedAndTheJobLives() {
    deploy(TestJob.summing(NUMBERS, 10_000), 1);
    assign(1, 0, 0, 5000);
    assign(1, 1, 5000, 10_000);
    cluster.runFor(100);
    cluster.faults(new SimulatedFaults(0, 500, 1, 0, 0, 0, 2000));
    for (TaskId task : TestJob.sources()) {
      sendTo(
          task,
          new ToWorker.TriggerCheckpoint(
              leader.epoch,
              TestJob.ID,
              1,
              1,
              "/chk/1",
              List.of(task),
              CheckpointKind.CHECKPOINT,
              0L));
    }
    cluster.runFor(1000);
    cluster.faults(SimulatedFaults.NONE);
    assertFalse(leader.heard(ToLeader.CheckpointDeclined.class).isEmpty());
    for (ToLeader.CheckpointDeclined declined : leader.heard(ToLeader.CheckpointDeclined.class)) {
      assertEquals(ErrorCode.DEPENDENCY, declined.failure().code());
    }
    long inFiles = 0;
    for (ToLeader.CheckpointAck ack : checkpoint(1, 2).values()) {
      inFiles += ack.bytes();
    }
    assertTrue(inFiles > 100_000, "" + inFiles);
    assertEquals(2, cluster.files().paths("/chk/2").size(), "one file per worker");
  }

  @Test
  void keyedSumsSurviveTheLossOfAWorkerExactlyOnce() {
    TestJob job = TestJob.summing(new NumberSource(10, -1), 10);
    deploy(job, 1);
    assign(1, 0, 0, 20_000);
    assign(1, 1, 20_000, 40_000);
    cluster.runFor(20);
    List<Long> committed = new ArrayList<>();
    Map<TaskId, ToLeader.CheckpointAck> last = null;
    for (int id = 1; id <= 3; id++) {
      last = checkpoint(1, id);
      committed.addAll(lines(last));
    }
    cluster.runFor(20);
    cluster.kill(worlds.get("two"));
    leader.registrations.remove("two");
    cluster.runUntil("noticed", 5000, () -> state(TestJob.task(1, 0), 1) == TaskState.FAILED);
    startWorker("two");
    awaitRegistered();
    Map<TaskId, List<OperatorSnapshot>> restore =
        last.values().stream()
            .collect(
                Collectors.toMap(ToLeader.CheckpointAck::task, ToLeader.CheckpointAck::operators));
    deploy(job, 2, restore, 3);
    noMore(2);
    awaitState(2, TaskState.DRAINED);
    committed.addAll(lines(checkpoint(2, 4)));
    assertEquals(expectedSums(40_000), sumsOf(committed));
    assertEquals(40_000, committed.size());
  }

  /** Sums of tens by last digit. */
  private static Map<Long, Long> expectedSums(long end) {
    Map<Long, Long> sums = new TreeMap<>();
    for (long number = 0; number < end; number++) {
      sums.merge(number % 10, number, (one, other) -> one + other / 10 * 10);
    }
    return sums;
  }

  /** The largest sum per key among the updates: the last one, for sums only grow. */
  private static Map<Long, Long> sumsOf(List<Long> updates) {
    Map<Long, Long> sums = new TreeMap<>();
    updates.forEach(update -> sums.merge(update % 10, update, Math::max));
    return sums;
  }
}
