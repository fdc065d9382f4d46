package dev.weft.engine.worker;

import dev.weft.engine.exec.TaskletHandle;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.protocol.CommittableBytes;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.protocol.TaskDeployment;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskMetrics;
import dev.weft.engine.protocol.TaskReport;
import dev.weft.engine.protocol.TaskState;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.world.Loop;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the control thread knows of one task: its state and all that the leader must learn again
 * after a lost connection.
 */
final class TaskEntry {
  private final TaskDeployment deployment;
  private final int attempt;
  private final Mailbox mailbox = new Mailbox();
  private final TaskCounters counters = new TaskCounters();
  private final List<CommittableBytes> committables = new ArrayList<>();

  /** Splits on their way to the task, in the form of a checkpoint's items. */
  private final Deque<byte[]> undelivered = new ArrayDeque<>();

  private List<byte[]> delivered = List.of();
  private TaskState state = TaskState.DEPLOYING;
  private FailureReport failure;
  private boolean canceled;
  private TaskletHandle handle;
  private Loop.Timer cancelTimer;
  private ToLeader.CheckpointAck lastAck;
  private long lastAcked;
  private long lastCompleted;
  private boolean splitWanted;
  private boolean noMoreSplits;

  TaskEntry(TaskDeployment deployment, int attempt) {
    this.deployment = deployment;
    this.attempt = attempt;
    this.lastCompleted = deployment.restoredCheckpointId();
  }

  TaskId task() {
    return deployment.task();
  }

  TaskDeployment deployment() {
    return deployment;
  }

  Mailbox mailbox() {
    return mailbox;
  }

  TaskCounters counters() {
    return counters;
  }

  TaskState state() {
    return state;
  }

  /** Whether the task has released everything. */
  boolean ended() {
    return state == TaskState.FAILED || state == TaskState.CANCELED;
  }

  /** Whether the task takes part in checkpoints. */
  boolean live() {
    return state == TaskState.RUNNING || state == TaskState.DRAINED;
  }

  /** Whether the task was told to end. */
  boolean canceled() {
    return canceled;
  }

  void cancel() {
    canceled = true;
    mailbox.put(new TaskCommand.Cancel());
  }

  TaskletHandle handle() {
    return handle;
  }

  void run(TaskletHandle running) {
    handle = running;
    mailbox.attach(running);
    running.wake(); // commands may have come before
  }

  /** Keeps the timer that watches a cancellation. */
  void watch(Loop.Timer timer) {
    cancelTimer = timer;
  }

  void change(TaskState to, FailureReport why) {
    state = to;
    failure = why;
    if (ended() && cancelTimer != null) {
      cancelTimer.cancel();
    }
  }

  /** Keeps the new staged output of a checkpoint until a completed one covers it. */
  void staged(FrozenTask frozen) {
    for (int i = 0; i < frozen.snapshots().size(); i++) {
      Operator.Snapshot snapshot = frozen.snapshots().get(i);
      String uid = frozen.operatorUids().get(i);
      for (int index = 0; index < snapshot.committables().size(); index++) {
        committables.add(
            new CommittableBytes(
                uid,
                frozen.checkpointId(),
                task().subtask(),
                attempt,
                index,
                snapshot.committableVersion(),
                snapshot.committables().get(index)));
      }
    }
  }

  ToLeader.CheckpointAck acknowledge(SnapshotFile.Written part, long nowNanos) {
    FrozenTask frozen = part.task();
    lastAcked = Math.max(lastAcked, frozen.checkpointId());
    lastAck =
        new ToLeader.CheckpointAck(
            task(),
            attempt,
            frozen.checkpointId(),
            part.operators(),
            committables.stream().filter(c -> c.checkpointId() <= frozen.checkpointId()).toList(),
            part.bytes(),
            frozen.alignNanos() / 1_000_000,
            (nowNanos - frozen.startNanos()) / 1_000_000);
    return lastAck;
  }

  /**
   * Adds where this task's part of a checkpoint lies.
   *
   * @return false when that is not known
   */
  boolean addHandles(long checkpointId, List<SnapshotHandle> handles) {
    if (lastAck == null || lastAck.checkpointId() != checkpointId) {
      return false;
    }
    for (OperatorSnapshot operator : lastAck.operators()) {
      operator
          .keyed()
          .forEach(
              slice -> {
                handles.add(slice.handle());
                slice.files().forEach(file -> handles.add(file.handle()));
              });
      operator.unkeyed().forEach(slice -> handles.add(slice.handle()));
    }
    return true;
  }

  void completed(long checkpointId) {
    lastCompleted = Math.max(lastCompleted, checkpointId);
    committables.removeIf(committable -> committable.checkpointId() <= checkpointId);
    forgetAck(checkpointId);
    mailbox.put(new TaskCommand.Completed(checkpointId));
  }

  void aborted(long checkpointId) {
    forgetAck(checkpointId);
    mailbox.put(new TaskCommand.Aborted(checkpointId));
  }

  private void forgetAck(long checkpointId) {
    if (lastAck != null && lastAck.checkpointId() <= checkpointId) {
      lastAck = null;
    }
  }

  void assign(int version, List<byte[]> splits) {
    splitWanted = false;
    for (byte[] split : splits) {
      undelivered.add(
          ByteBuffer.allocate(Integer.BYTES + split.length).putInt(version).put(split).array());
    }
    mailbox.put(new TaskCommand.Splits(version, splits));
  }

  void noMoreSplits() {
    splitWanted = false;
    noMoreSplits = true;
    mailbox.put(new TaskCommand.NoMoreSplits());
  }

  void delivered(int taken, List<byte[]> since) {
    for (int i = 0; i < taken; i++) {
      undelivered.remove();
    }
    delivered = since;
  }

  ToLeader.SplitRequest wantSplit(String host) {
    splitWanted = true;
    return new ToLeader.SplitRequest(task(), attempt, host);
  }

  /** What a new leader gets to know, for tasks that are ready or work. */
  TaskReport report() {
    List<byte[]> splits = new ArrayList<>(delivered);
    splits.addAll(undelivered);
    return new TaskReport(task(), attempt, state, lastAcked, lastCompleted, splits, noMoreSplits);
  }

  ToLeader.TaskChanged changed() {
    boolean over = ended() || state == TaskState.DRAINED;
    TaskMetrics last =
        over && handle != null ? counters.metrics(task(), attempt, handle.busyNanos()) : null;
    return new ToLeader.TaskChanged(task(), attempt, state, failure, last);
  }

  /** Sends again what may have been lost with a connection. */
  void repeat(String host, Consumer<ToLeader> leader) {
    if (state != TaskState.DEPLOYING) {
      leader.accept(changed());
    }
    if (ended()) {
      return;
    }
    if (lastAck != null) {
      leader.accept(lastAck);
    }
    if (splitWanted) {
      leader.accept(new ToLeader.SplitRequest(task(), attempt, host));
    }
  }
}
