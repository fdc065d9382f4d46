package dev.weft.engine.cluster;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.CommittableBytes;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.Message;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskReport;
import dev.weft.engine.protocol.TaskState;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.simulated.SimulatedWorld;
import dev.weft.engine.world.MessageLink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Plays a worker whose tasks each read numbers and stage them: it follows the protocol, keeps its
 * acknowledgements and tasks over a change of the leader, and can be told to misbehave.
 */
final class FakeWorker {
  private static final long HEARTBEAT_MILLIS = 500;
  private static final long WORK_MILLIS = 40;

  final SimulatedWorld world;
  final int slots;
  final Map<TaskId, FakeTask> tasks = new TreeMap<>();
  boolean declines;
  boolean silentAboutCheckpoints;
  boolean refused;
  int deployments;
  List<String> prepared = List.of();
  private final Consumer<ToWorker.DeployTasks> watcher;

  /** The highest attempt that was ended, of all regions of a job: it is not set up again. */
  private final Map<String, Integer> endedAttempts = new TreeMap<>();

  private MessageLink link;
  private boolean registered;
  private long highestEpoch;

  /** A task that reads numbers and stages them. */
  final class FakeTask {
    final TaskId id;
    final int attempt;
    final Integer region;
    TaskState state = TaskState.DEPLOYING;
    final List<byte[]> splits = new ArrayList<>();
    final Map<Long, Integer> splitsAt = new TreeMap<>();
    final List<Integer> unstaged = new ArrayList<>();
    final List<CommittableBytes> uncommitted = new ArrayList<>();
    ToLeader.CheckpointAck lastAck;
    long acked;
    long completed;
    boolean noMoreSplits;

    FakeTask(TaskId id, int attempt, Integer region, long restored) {
      this.id = id;
      this.attempt = attempt;
      this.region = region;
      this.completed = restored;
    }

    void become(TaskState next) {
      state = next;
      send(new ToLeader.TaskChanged(id, attempt, next, null, null));
    }

    void wantSplit() {
      send(new ToLeader.SplitRequest(id, attempt, world.name()));
    }

    TaskReport report() {
      List<byte[]> since = new ArrayList<>();
      int from = splitsAt.getOrDefault(completed, 0);
      for (byte[] split : splits.subList(from, splits.size())) {
        since.add(ByteBuffer.allocate(4 + split.length).putInt(1).put(split).array());
      }
      return new TaskReport(id, attempt, state, acked, completed, since, noMoreSplits);
    }

    void take(List<byte[]> assigned) {
      for (byte[] split : assigned) {
        splits.add(split);
        unstaged.add(ByteBuffer.wrap(split).getInt());
      }
      world.loop().schedule(WORK_MILLIS, this::wantUnlessDone);
    }

    private void wantUnlessDone() {
      if (tasks.get(id) == this && state == TaskState.RUNNING && !noMoreSplits) {
        wantSplit();
      }
    }

    void checkpoint(long id) {
      splitsAt.put(id, splits.size());
      if (!unstaged.isEmpty()) {
        byte[] content = unstaged.toString().getBytes(StandardCharsets.UTF_8);
        uncommitted.add(
            new CommittableBytes(
                ControlPlane.sink(this.id.vertex()),
                id,
                this.id.subtask(),
                attempt,
                0,
                1,
                content));
        unstaged.clear();
      }
      ToLeader.CheckpointAck ack =
          new ToLeader.CheckpointAck(
              this.id,
              attempt,
              id,
              List.of(
                  new OperatorSnapshot(
                      ControlPlane.source(this.id.vertex()), List.of(), List.of())),
              List.copyOf(uncommitted),
              10,
              1,
              2);
      world
          .loop()
          .schedule(
              3,
              () -> {
                if (tasks.get(this.id) == this) {
                  acked = id;
                  lastAck = ack;
                  send(ack);
                }
              });
    }

    void completed(long id) {
      completed = Math.max(completed, id);
      uncommitted.removeIf(c -> c.checkpointId() <= id);
    }
  }

  FakeWorker(SimulatedWorld world, int slots, Consumer<ToWorker.DeployTasks> watcher) {
    this.watcher = watcher;
    this.world = world;
    this.slots = slots;
    connect();
    heartbeat();
  }

  String id() {
    return world.name();
  }

  private void connect() {
    if (refused) {
      return;
    }
    Address leader;
    try {
      var found = world.election().findLeader();
      if (found.isEmpty()) {
        world.loop().schedule(50, this::connect);
        return;
      }
      String text = found.get().address();
      int colon = text.lastIndexOf(':');
      leader = new Address(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    } catch (IOException e) {
      world.loop().schedule(50, this::connect);
      return;
    }
    MessageLink.connect(world.transport(), leader, new Handler());
  }

  private void heartbeat() {
    send(new ToLeader.Heartbeat(id(), List.of(), Map.of()));
    world.loop().schedule(HEARTBEAT_MILLIS, this::heartbeat);
  }

  private void send(ToLeader message) {
    if (registered) {
      link.send(message);
    }
  }

  /** Makes a task fail. */
  void fail(TaskId id, ErrorCode code, String message) {
    FakeTask task = tasks.remove(id);
    send(
        new ToLeader.TaskChanged(
            id,
            task.attempt,
            TaskState.FAILED,
            new FailureReport(code, message, "", "operator map"),
            null));
  }

  private void received(ToWorker message) {
    if (message.epoch() < highestEpoch) {
      return;
    }
    highestEpoch = message.epoch();
    if (message instanceof ToWorker.WorkerAccepted) {
      registered = true;
      for (FakeTask task : tasks.values()) {
        send(new ToLeader.TaskChanged(task.id, task.attempt, task.state, null, null));
        if (task.lastAck != null) {
          send(task.lastAck);
        }
      }
    } else if (message instanceof ToWorker.WorkerRefused
        || message instanceof ToWorker.ShutdownWorker) {
      refused = true;
    } else if (message instanceof ToWorker.PrepareJobs wanted) {
      prepared = wanted.jobs().stream().map(ToWorker.JobContent::jobId).toList();
    } else if (message instanceof ToWorker.DeployTasks deploy) {
      deploy(deploy);
    } else if (message instanceof ToWorker.StartTasks start) {
      each(start.jobId(), start.attempt(), this::start);
    } else if (message instanceof ToWorker.CancelTasks cancel) {
      cancel(cancel);
    } else if (message instanceof ToWorker.TriggerCheckpoint trigger) {
      each(
          trigger.jobId(),
          trigger.attempt(),
          task -> {
            if (trigger.tasks().contains(task.id)) {
              trigger(task, trigger.checkpointId());
            }
          });
    } else if (message instanceof ToWorker.CheckpointCompleted done) {
      each(done.jobId(), done.attempt(), task -> task.completed(done.checkpointId()));
    } else if (message instanceof ToWorker.AssignSplits assign) {
      FakeTask task = tasks.get(assign.task());
      if (task != null && task.attempt == assign.attempt()) {
        task.take(assign.splits());
      }
    } else if (message instanceof ToWorker.DrainSources drain) {
      each(drain.jobId(), drain.attempt(), FakeWorker::drain);
    } else if (message instanceof ToWorker.NoMoreSplits none) {
      FakeTask task = tasks.get(none.task());
      if (task != null && task.attempt == none.attempt() && !task.noMoreSplits) {
        task.noMoreSplits = true;
        task.become(TaskState.DRAINED);
      }
    }
  }

  private static void drain(FakeTask task) {
    if (task.state == TaskState.RUNNING) {
      task.noMoreSplits = true;
      task.become(TaskState.DRAINED);
    }
  }

  private void each(String jobId, int attempt, Consumer<FakeTask> action) {
    for (FakeTask task : List.copyOf(tasks.values())) {
      if (task.id.jobId().equals(jobId) && task.attempt == attempt) {
        action.accept(task);
      }
    }
  }

  private void deploy(ToWorker.DeployTasks deploy) {
    watcher.accept(deploy);
    if (deploy.attempt() <= endedAttempts.getOrDefault(deploy.jobId(), 0)) {
      return;
    }
    for (var deployment : deploy.tasks()) {
      deployments++;
      FakeTask task =
          new FakeTask(
              deployment.task(),
              deploy.attempt(),
              deploy.region(),
              deployment.restoredCheckpointId());
      tasks.put(task.id, task);
      world
          .loop()
          .schedule(
              5,
              () -> {
                if (tasks.get(task.id) == task) {
                  task.become(TaskState.READY);
                }
              });
    }
  }

  private void start(FakeTask task) {
    if (task.state == TaskState.READY) {
      task.become(TaskState.RUNNING);
      task.wantSplit();
    }
  }

  private void cancel(ToWorker.CancelTasks cancel) {
    if (cancel.region() == null) {
      endedAttempts.merge(cancel.jobId(), cancel.attempt(), Math::max);
    }
    for (FakeTask task : List.copyOf(tasks.values())) {
      boolean meant = cancel.region() == null || cancel.region().equals(task.region);
      if (meant && task.id.jobId().equals(cancel.jobId()) && task.attempt <= cancel.attempt()) {
        tasks.remove(task.id);
        task.become(TaskState.CANCELED);
      }
    }
  }

  private void trigger(FakeTask task, long checkpointId) {
    if (silentAboutCheckpoints) {
      return;
    }
    if (declines) {
      send(
          new ToLeader.CheckpointDeclined(
              task.id,
              task.attempt,
              checkpointId,
              new FailureReport(ErrorCode.DEPENDENCY, "the disk is full", "", "")));
      return;
    }
    task.checkpoint(checkpointId);
  }

  private final class Handler implements MessageLink.Handler {
    @Override
    public void opened(MessageLink opened) {
      link = opened;
      link.send(
          new ToLeader.RegisterWorker(
              id(),
              "1",
              new Address(id(), 1),
              slots,
              highestEpoch,
              tasks.values().stream()
                  .filter(t -> t.state != TaskState.DEPLOYING)
                  .map(FakeTask::report)
                  .toList(),
              Map.of("host", id())));
    }

    @Override
    public void received(MessageLink from, Message message) {
      if (from == link && message instanceof ToWorker toWorker) {
        FakeWorker.this.received(toWorker);
      }
    }

    @Override
    public void closed(MessageLink closed, Throwable cause) {
      if (closed == link || closed == null) {
        registered = false;
        link = null;
        world.loop().schedule(100, FakeWorker.this::connect);
      }
    }
  }
}
