package dev.weft.engine.job;

import dev.weft.api.connector.Source;
import dev.weft.engine.checkpoint.CheckpointTrigger;
import dev.weft.engine.checkpoint.Lifetime;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.Rule;
import dev.weft.engine.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The enumerators of one attempt of a failure region. What they assign before {@link #release}
 * waits; afterwards it is sent at once, in order, so that everything assigned before a snapshot
 * reaches a worker before the trigger of its barrier, and everything assigned later after it.
 */
final class SourceCoordination implements EnumeratorHost.Listener {
  private final JobPlan plan;
  private final Set<String> uids;
  private final JobCode code; // null until the job's classes are loaded: then there are no hosts
  private final JobServices services;
  private final TaskTable tasks;
  private final int attempt;
  private final Lifetime lifetime;
  private final FailureListener failures;
  private final Map<String, EnumeratorHost<?, ?>> hosts = new TreeMap<>();
  private List<Message> held = new ArrayList<>();
  private int unstarted = -1;

  /** Hears of failed enumerators. */
  interface FailureListener {
    /** An enumerator failed. */
    void enumeratorFailed(String uid, Throwable cause);
  }

  private record Message(String workerId, ToWorker message) {}

  SourceCoordination(
      JobContext context,
      JobCode code,
      TaskTable tasks,
      int attempt,
      Set<String> uids,
      FailureListener failures) {
    this.plan = context.plan();
    this.uids = uids;
    this.code = code;
    this.services = context.services;
    this.tasks = tasks;
    this.attempt = attempt;
    this.lifetime = new Lifetime(services.world().loop());
    this.failures = failures;
  }

  /**
   * Makes and starts all enumerators.
   *
   * @param manifest null on a fresh start
   * @param assigned splits that running readers have and the manifest does not know, by source and
   *     subtask; null when the readers are new
   * @param started hears whether every enumerator could continue
   */
  void start(
      Manifest manifest,
      Map<String, Map<Integer, List<byte[]>>> assigned,
      Consumer<Boolean> started) {
    World world = services.world();
    Map<String, Manifest.EnumeratorState> states = new TreeMap<>();
    if (manifest != null) {
      manifest.enumerators().forEach(s -> states.put(s.sourceUid(), s));
    }
    unstarted = uids.size();
    if (unstarted == 0) {
      started.accept(true);
      return;
    }
    for (String uid : uids) {
      hosts.put(uid, host(uid, code.source(uid), world));
    }
    for (String uid : uids) {
      Map<Integer, List<byte[]>> of =
          assigned == null ? null : assigned.getOrDefault(uid, Map.of());
      hosts
          .get(uid)
          .start(
              states.get(uid),
              of,
              whole -> {
                if (!whole) {
                  unstarted = -1;
                  started.accept(false);
                } else if (--unstarted == 0) {
                  started.accept(true);
                }
              });
    }
  }

  private <SplitT extends dev.weft.api.connector.SourceSplit, StateT>
      EnumeratorHost<SplitT, StateT> host(
          String uid, Source<?, SplitT, StateT> source, World world) {
    return new EnumeratorHost<>(
        uid,
        source,
        plan.vertices().get(plan.sources().get(uid)).parallelism(),
        code,
        new Lifetime(world.loop()),
        world.background().lane("enumerator of " + uid),
        this);
  }

  /** Whether every enumerator has found its first splits. */
  boolean haveStarted() {
    return unstarted == 0;
  }

  /** The readers run: sends what was assigned so far and from now on everything at once. */
  void release() {
    List<Message> waiting = held;
    held = null;
    waiting.forEach(m -> services.send(m.workerId(), m.message()));
  }

  /** A reader wants a split. */
  void splitRequested(TaskId task, String host) {
    hosts.forEach(
        (uid, enumerator) -> {
          if (plan.sources().get(uid) == task.vertex()) {
            enumerator.splitRequested(task.subtask(), host);
          }
        });
  }

  /** Lets a reader run ahead up to a watermark. */
  void allow(TaskTable.Task reader, long watermark) {
    send(
        reader.slot.workerId(),
        new ToWorker.WatermarkAllowed(services.epoch(), reader.id, attempt, watermark));
  }

  /** Takes the state of all enumerators and triggers each one's readers when it is taken. */
  void snapshot(CheckpointTrigger order, SnapshotListener listener) {
    boolean inOrder = services.world().keeps(Rule.ENUMERATOR_BEFORE_READERS);
    if (!inOrder) {
      hosts.keySet().forEach(uid -> trigger(uid, order));
    }
    hosts.forEach(
        (uid, host) ->
            host.snapshot(
                order.checkpointId(),
                outcome -> {
                  if (lifetime.hasEnded()) {
                    return;
                  }
                  if (outcome instanceof Outcome.Success<Manifest.EnumeratorState> taken) {
                    if (inOrder) {
                      trigger(uid, order);
                    }
                    listener.taken(taken.value());
                  } else {
                    listener.failed(
                        uid, ((Outcome.Failure<Manifest.EnumeratorState>) outcome).cause());
                  }
                }));
  }

  /** Hears of snapshots. */
  interface SnapshotListener {
    /** The state of one enumerator. */
    void taken(Manifest.EnumeratorState state);

    /** The state could not be taken. */
    void failed(String uid, Throwable cause);
  }

  private void trigger(String uid, CheckpointTrigger order) {
    int vertex = plan.sources().get(uid);
    Map<String, List<TaskId>> byWorker = new TreeMap<>();
    Set<TaskId> readers = new TreeSet<>(TaskTable.idsOf(plan));
    for (TaskId task : readers) {
      if (task.vertex() == vertex) {
        byWorker
            .computeIfAbsent(tasks.find(task).slot.workerId(), w -> new ArrayList<>())
            .add(task);
      }
    }
    byWorker.forEach(
        (worker, list) ->
            send(
                worker,
                new ToWorker.TriggerCheckpoint(
                    services.epoch(),
                    plan.jobId(),
                    attempt,
                    order.checkpointId(),
                    order.directory(),
                    list,
                    order.kind(),
                    order.baseCheckpointId())));
  }

  /** Closes all enumerators; nothing more is heard of them. */
  void close() {
    lifetime.end();
    hosts.values().forEach(EnumeratorHost::close);
    hosts.clear();
  }

  @Override
  public void assigned(String uid, int subtask, int serializerVersion, List<byte[]> splits) {
    TaskTable.Task task = reader(uid, subtask);
    send(
        task.slot.workerId(),
        new ToWorker.AssignSplits(services.epoch(), task.id, attempt, serializerVersion, splits));
  }

  @Override
  public void noMoreSplits(String uid, int subtask) {
    TaskTable.Task task = reader(uid, subtask);
    send(task.slot.workerId(), new ToWorker.NoMoreSplits(services.epoch(), task.id, attempt));
  }

  @Override
  public void enumeratorFailed(String uid, Throwable cause) {
    failures.enumeratorFailed(uid, cause);
  }

  private TaskTable.Task reader(String uid, int subtask) {
    return tasks.find(new TaskId(plan.jobId(), plan.sources().get(uid), subtask));
  }

  private void send(String workerId, ToWorker message) {
    if (held != null) {
      held.add(new Message(workerId, message));
    } else {
      services.send(workerId, message);
    }
  }
}
