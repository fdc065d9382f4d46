package dev.weft.engine.job;

import dev.weft.api.connector.Source;
import dev.weft.engine.checkpoint.Lifetime;
import dev.weft.engine.checkpoint.CheckpointTrigger;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.World;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The enumerators of one attempt, and how far its readers may run ahead of each other. What they assign before {@link #release} waits; afterwards it is
 * sent at once, in order, so that everything assigned before a snapshot reaches a worker before the
 * trigger of its barrier, and everything assigned later after it.
 */
final class SourceCoordination implements EnumeratorHost.Listener {
  private final JobPlan plan;
  private final JobCode code; // null until the job's classes are loaded: then there are no hosts
  private final JobServices services;
  private final TaskTable tasks;
  private final int attempt;
  private final Lifetime lifetime;
  private final FailureListener failures;
  private final Map<String, EnumeratorHost<?, ?>> hosts = new TreeMap<>();
  private final Map<String, Map<TaskId, Long>> watermarks = new TreeMap<>();
  private List<Message> held = new ArrayList<>();
  private int unstarted = -1;

  /** Hears of failed enumerators. */
  interface FailureListener {
    /** An enumerator failed. */
    void enumeratorFailed(String uid, Throwable cause);
  }

  private record Message(String workerId, ToWorker message) {}

  SourceCoordination(
      JobPlan plan,
      JobCode code,
      JobServices services,
      TaskTable tasks,
      int attempt,
      Lifetime lifetime,
      FailureListener failures) {
    this.plan = plan;
    this.code = code;
    this.services = services;
    this.tasks = tasks;
    this.attempt = attempt;
    this.lifetime = lifetime;
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
    Set<String> uids = plan.sources().keySet();
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
    for (Map.Entry<String, Integer> source : plan.sources().entrySet()) {
      EnumeratorHost<?, ?> enumerator = hosts.get(source.getKey());
      if (source.getValue() == task.vertex() && enumerator != null) {
        enumerator.splitRequested(task.subtask(), host);
      }
    }
  }

  /** A reader told its watermark: it hears how far the slowest of its group lets it go. */
  void watermarkReached(ToLeader.WatermarkReached reached) {
    Map<TaskId, Long> group =
        watermarks.computeIfAbsent(reached.group(), name -> new TreeMap<>());
    group.put(reached.task(), reached.watermark());
    long slowest = Collections.min(group.values());
    long room = Long.MAX_VALUE - reached.maxDriftMillis();
    long allowed = slowest > room ? Long.MAX_VALUE : slowest + reached.maxDriftMillis();
    send(
        tasks.find(reached.task()).slot.workerId(),
        new ToWorker.WatermarkAllowed(services.epoch(), reached.task(), attempt, allowed));
  }

  /** Takes the state of all enumerators and triggers each one's readers when it is taken. */
  void snapshot(CheckpointTrigger order, SnapshotListener listener) {
    hosts.forEach(
        (uid, host) ->
            host.snapshot(
                order.checkpointId(),
                outcome -> {
                  if (lifetime.hasEnded()) {
                    return;
                  }
                  if (outcome instanceof Outcome.Success<Manifest.EnumeratorState> taken) {
                    trigger(uid, order);
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
