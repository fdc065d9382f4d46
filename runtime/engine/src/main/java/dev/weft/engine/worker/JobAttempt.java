package dev.weft.engine.worker;

import dev.weft.api.config.Configuration;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkAlignmentParams;
import dev.weft.engine.exchange.Frame;
import dev.weft.engine.exchange.InputGate;
import dev.weft.engine.exec.TaskletHandle;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.protocol.TaskDeployment;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskMetrics;
import dev.weft.engine.protocol.TaskReport;
import dev.weft.engine.protocol.TaskState;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tasks of one attempt of a job's failure region on this worker, from deployment until the last
 * of them has ended. Used on the control thread.
 */
final class JobAttempt implements SnapshotGather.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(JobAttempt.class);

  /** How often a cancellation that does not come through is looked at. */
  private static final long CANCEL_LOOK_MILLIS = 10_000;

  /** After so many looks the stack of the task is logged. */
  private static final int CANCEL_LOOKS_LOG = 3;

  /** After so many looks the process ends itself. */
  private static final int CANCEL_LOOKS_MAX = 18;

  private final WorkerParts parts;
  private final Scope scope;
  private final int attempt;
  private final TaskWiring wiring;
  private final SnapshotGather gather;
  private final LocalCopies copies;
  private final TaskPlan.Room room;
  private final Map<TaskId, TaskEntry> tasks = new TreeMap<>();
  private long lastTriggered;
  private long declinedId;
  private boolean closed;

  JobAttempt(WorkerParts parts, ToWorker.DeployTasks deployment) {
    this.parts = parts;
    this.scope = Scope.of(deployment);
    this.attempt = deployment.attempt();
    this.wiring =
        new TaskWiring(parts.settings().workerId(), parts.exchange(), parts.world(), deployment);
    String worker = parts.settings().workerId().replaceAll("[^A-Za-z0-9_.-]", "_");
    MemoryPool memory = parts.memory().child("job " + scope.name(), MemoryPool.UNLIMITED);
    WorkerSettings.Resources resources = parts.settings().resources();
    this.copies =
        new LocalCopies(
            parts.world(), resources.copies(), worker, scope.jobId() + "-" + scope.region());
    this.room =
        new TaskPlan.Room(
            memory,
            resources.scratch(),
            resources.states(Configuration.of(deployment.configuration()), memory),
            parts.outgrown(scope.jobId()),
            copies.reading(),
            resources.catalog());
    this.gather =
        new SnapshotGather(
            parts.world(),
            copies,
            worker + "-" + attempt + (scope.region() <= 0 ? "" : "-" + scope.region()),
            this);
  }

  Scope scope() {
    return scope;
  }

  /**
   * What starts and ends together on a worker: a job's subtasks of one failure region.
   *
   * @param region its number; {@link #WHOLE} where the leader knows no regions
   */
  record Scope(String jobId, int region) {
    /** All regions of a job. */
    static final int WHOLE = -1;

    static Scope of(ToWorker.DeployTasks deployment) {
      return new Scope(
          deployment.jobId(), deployment.region() == null ? WHOLE : deployment.region());
    }

    /** A name for channels and messages. */
    String name() {
      return region == WHOLE ? jobId : jobId + "/" + region;
    }
  }

  int attempt() {
    return attempt;
  }

  /** Whether every task has released everything. */
  boolean ended() {
    return tasks.values().stream().allMatch(TaskEntry::ended);
  }

  /** Sets up the tasks that are not there yet. */
  void deploy(ToWorker.DeployTasks deployment) {
    for (TaskDeployment task : deployment.tasks()) {
      if (!tasks.containsKey(task.task())) {
        TaskEntry entry = new TaskEntry(task, attempt);
        tasks.put(task.task(), entry);
        deploy(entry, deployment);
      }
    }
  }

  private void deploy(TaskEntry entry, ToWorker.DeployTasks deployment) {
    TaskPlan plan;
    try {
      plan =
          new TaskPlan(
              parts.world(),
              wiring.vertex(entry.task().vertex()),
              entry.deployment(),
              deployment.jobName(),
              attempt,
              Configuration.of(deployment.configuration()),
              deployment.artifacts(),
              room);
    } catch (IllegalStateException e) {
      changed(entry, TaskState.FAILED, Failures.report(e, entry.task().toString()));
      return;
    }
    Events events = new Events(entry);
    parts
        .world()
        .background()
        .run(
            "set up " + plan.name(),
            () -> TaskSetup.open(plan, events, entry.mailbox(), entry.counters()),
            outcome -> opened(entry, plan, events, outcome));
  }

  private void opened(
      TaskEntry entry, TaskPlan plan, Events events, Outcome<TaskSetup.Opened> outcome) {
    if (outcome instanceof Outcome.Failure<TaskSetup.Opened> failure) {
      if (entry.canceled()) {
        changed(entry, TaskState.CANCELED, null);
      } else {
        changed(entry, TaskState.FAILED, Failures.report(failure.cause(), plan.name()));
      }
      return;
    }
    TaskSetup.Opened opened = ((Outcome.Success<TaskSetup.Opened>) outcome).value();
    if (entry.canceled()) {
      discard(entry, opened, TaskState.CANCELED, null);
      return;
    }
    try {
      InputGate gate = wiring.inputs(opened, entry.mailbox());
      opened.chain().connect(wiring.outputs(opened, entry.mailbox()));
      Task task = new Task(opened, gate, entry.mailbox(), events, parts.world().clock());
      int slot = entry.deployment().slot();
      entry.run(parts.cores().submit(task, slot, opened.blocking()));
    } catch (RuntimeException | LinkageError e) {
      discard(entry, opened, TaskState.FAILED, Failures.report(e, plan.name()));
      return;
    }
    changed(entry, TaskState.READY, null);
  }

  /** Closes a task that never ran. */
  private void discard(
      TaskEntry entry, TaskSetup.Opened opened, TaskState last, FailureReport failure) {
    parts
        .world()
        .background()
        .run(
            "close " + opened.name(),
            () -> {
              opened.close();
              return null;
            },
            outcome -> changed(entry, last, failure));
  }

  /** Lets all tasks work. */
  void start() {
    tasks.values().forEach(entry -> entry.mailbox().put(new TaskCommand.Start()));
  }

  /**
   * Lets tasks hand over what they keep for subtasks of another region.
   *
   * @param consumers those of them that are on this worker; null when none is
   */
  void handOver(ToWorker.HandOver wanted, JobAttempt consumers) {
    if (!closed) {
      wiring.handOver(wanted, consumers == null ? null : consumers.wiring);
    }
  }

  /** Ends all tasks and closes their channels. */
  void cancel() {
    if (closed) {
      return;
    }
    closed = true;
    gather.close();
    wiring.close();
    parts.exchange().close(scope.name(), attempt);
    for (TaskEntry entry : tasks.values()) {
      if (!entry.ended()) {
        entry.cancel();
        interrupt(entry);
        watchCancel(entry, 1);
      }
    }
  }

  private static void interrupt(TaskEntry entry) {
    TaskletHandle handle = entry.handle();
    if (handle != null && handle.blocking()) {
      handle.interrupt();
    }
  }

  private void watchCancel(TaskEntry entry, int looks) {
    entry.watch(
        parts.world().loop().schedule(CANCEL_LOOK_MILLIS, () -> lookAtCancel(entry, looks)));
  }

  private void lookAtCancel(TaskEntry entry, int looks) {
    if (entry.ended()) {
      return;
    }
    interrupt(entry);
    long seconds = looks * CANCEL_LOOK_MILLIS / 1000;
    if (looks >= CANCEL_LOOKS_MAX) {
      parts.end(
          WorkerEnd.Reason.STUCK, entry.task() + " has not ended " + seconds + " s after cancel");
      return;
    }
    if (looks == CANCEL_LOOKS_LOG) {
      List<StackTraceElement> stack = entry.handle() == null ? List.of() : entry.handle().stack();
      LOG.warn(
          "{} has not ended {} s after it was cancelled; it is at:\n    {}",
          entry.task(),
          seconds,
          String.join("\n    ", stack.stream().map(String::valueOf).toList()));
    }
    watchCancel(entry, looks + 1);
  }

  /** Lets the named source tasks emit a barrier. */
  void trigger(ToWorker.TriggerCheckpoint trigger) {
    Frame.Barrier barrier =
        new Frame.Barrier(
            trigger.checkpointId(),
            trigger.kind(),
            trigger.directory(),
            parts.world().keeps(Rule.CONTINUE_REGISTERED)
                ? trigger.baseCheckpointId()
                : lastTriggered);
    lastTriggered = trigger.checkpointId();
    for (TaskId task : trigger.tasks()) {
      with(task, entry -> entry.mailbox().put(new TaskCommand.Trigger(barrier)));
    }
  }

  /** Lets the input of all sources end. */
  void drain() {
    tasks.values().forEach(entry -> entry.mailbox().put(new TaskCommand.Drain()));
  }

  void completed(long checkpointId) {
    gather.completed(checkpointId);
    forgetCopies(checkpointId);
    tasks.values().forEach(entry -> entry.completed(checkpointId));
  }

  /** Copies of what the newest complete checkpoint does not need are of no use. */
  private void forgetCopies(long checkpointId) {
    List<SnapshotHandle> needed = new ArrayList<>();
    for (TaskEntry entry : tasks.values()) {
      if (!entry.ended() && !entry.addHandles(checkpointId, needed)) {
        return;
      }
    }
    parts
        .world()
        .background()
        .run(
            "forget local copies",
            () -> {
              copies.retain(needed);
              return null;
            },
            outcome -> {
              if (outcome instanceof Outcome.Failure<Object> failure) {
                LOG.debug("Local copies could not be deleted", failure.cause());
              }
            });
  }

  void aborted(long checkpointId) {
    gather.abort(checkpointId);
    tasks.values().forEach(entry -> entry.aborted(checkpointId));
  }

  /** The leader is gone for a while: nobody waits for barriers that may never come. */
  void abandonAlignment() {
    tasks.values().forEach(entry -> entry.mailbox().put(new TaskCommand.Abandon()));
  }

  /** Does something to a task of this attempt that has not ended. */
  void with(TaskId task, Consumer<TaskEntry> action) {
    TaskEntry entry = tasks.get(task);
    if (entry != null && !entry.ended()) {
      action.accept(entry);
    }
  }

  /** Adds what a new leader gets to know. */
  void report(List<TaskReport> reports) {
    for (TaskEntry entry : tasks.values()) {
      if (!closed && (entry.live() || entry.state() == TaskState.READY)) {
        reports.add(entry.report());
      }
    }
  }

  /** Sends again what may have been lost with a connection. */
  void repeat(Consumer<ToLeader> leader) {
    tasks.values().forEach(entry -> entry.repeat(parts.settings().host(), leader));
  }

  /** Adds the counters of tasks that work. */
  void measure(Measures metrics) {
    for (TaskEntry entry : tasks.values()) {
      if (entry.live()) {
        metrics
            .tasks()
            .add(entry.counters().metrics(entry.task(), attempt, entry.handle().busyNanos()));
        entry.counters().ask();
      }
    }
  }

  /**
   * What a heartbeat carries.
   *
   * @param tasks counters by task
   * @param gauges by name
   */
  record Measures(List<TaskMetrics> tasks, Map<String, Long> gauges) {
    Measures() {
      this(new ArrayList<>(), new TreeMap<>());
    }
  }

  @Override
  public int liveTasks() {
    return (int) tasks.values().stream().filter(TaskEntry::live).count();
  }

  @Override
  public void written(SnapshotFile.Written part) {
    with(
        part.task().task(),
        entry -> {
          try {
            parts.send(entry.acknowledge(part, parts.world().clock().nanoTime()));
          } catch (WeftException e) {
            // too large for a message
            failed(part.task(), Failures.report(e, entry.task().toString()));
          }
        });
  }

  @Override
  public void failed(FrozenTask part, FailureReport failure) {
    decline(part.task(), part.checkpointId(), failure);
  }

  private void decline(TaskId task, long checkpointId, FailureReport failure) {
    if (checkpointId != declinedId) {
      declinedId = checkpointId;
      LOG.warn("{} declines checkpoint {}: {}", task, checkpointId, failure.message());
    } else {
      LOG.debug("{} declines checkpoint {}: {}", task, checkpointId, failure.message());
    }
    parts.send(new ToLeader.CheckpointDeclined(task, attempt, checkpointId, failure));
  }

  private void changed(TaskEntry entry, TaskState to, FailureReport failure) {
    entry.change(to, failure);
    if (failure != null) {
      LOG.warn("{} failed: {}\n{}", entry.task(), failure.message(), failure.stackTrace());
    }
    parts.send(entry.changed());
    if (entry.ended()) {
      if (closed && ended()) {
        room.memory().close();
      }
      parts.taskEnded(this);
    }
  }

  /** Brings what a task says to the control thread. */
  private final class Events implements TaskEvents {
    private final TaskEntry entry;

    Events(TaskEntry entry) {
      this.entry = entry;
    }

    @Override
    public void changed(TaskState state, FailureReport failure) {
      control(() -> JobAttempt.this.changed(entry, state, failure));
    }

    @Override
    public void frozen(FrozenTask snapshot) {
      control(
          () -> {
            entry.staged(snapshot);
            gather.add(snapshot);
          });
    }

    @Override
    public void declined(long checkpointId, FailureReport failure) {
      control(() -> decline(entry.task(), checkpointId, failure));
    }

    @Override
    public void splits(int taken, List<byte[]> since) {
      control(() -> entry.delivered(taken, since));
    }

    @Override
    public void splitWanted() {
      control(() -> parts.send(entry.wantSplit(parts.settings().host())));
    }

    @Override
    public void watermarkReached(WatermarkAlignmentParams alignment, long watermark) {
      control(
          () ->
              parts.send(
                  new ToLeader.WatermarkReached(
                      entry.task(),
                      attempt,
                      alignment.watermarkGroup(),
                      watermark,
                      alignment.maxAllowedWatermarkDrift())));
    }

    private void control(Runnable action) {
      parts.world().loop().execute(action);
    }
  }
}
