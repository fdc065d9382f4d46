package dev.weft.engine.checkpoint;

import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.CheckpointKind;
import dev.weft.engine.protocol.CommittableBytes;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.protocol.VertexSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A checkpoint whose parts are being collected. */
final class PendingCheckpoint {
  /** How far a pending checkpoint is. */
  enum Phase {
    /** Its directory is being made. */
    PREPARING,
    /** Parts are being collected; it may be given up. */
    COLLECTING,
    /** The manifest is being written; it may be given up. */
    WRITING,
    /** It is being registered: it can not be given up before the outcome is known. */
    REGISTERING
  }

  /**
   * Where a checkpoint goes.
   *
   * @param order whose it is; null when nobody asked for it
   */
  record Target(String directory, CheckpointKind kind, OrderedSnapshot order) {}

  final long id;
  final boolean last;
  final int attempt;
  final long triggeredMillis;
  final String directory;
  final CheckpointKind kind;
  final OrderedSnapshot order; // null unless somebody asked for it
  private final Set<TaskId> missingTasks;
  private final Set<String> missingSources;
  private final int taskCount;
  private final Map<TaskId, ToLeader.CheckpointAck> acks = new TreeMap<>();
  private final Map<String, Manifest.EnumeratorState> enumerators = new TreeMap<>();
  Phase phase = Phase.PREPARING;
  private long bytes;
  private long stateBytes;
  private long alignMillis;
  private long latestAckMillis;

  PendingCheckpoint(
      long id,
      boolean last,
      int attempt,
      long triggeredMillis,
      Target target,
      CheckpointedJob job) {
    this.id = id;
    this.last = last;
    this.attempt = attempt;
    this.triggeredMillis = triggeredMillis;
    this.directory = target.directory();
    this.kind = target.kind();
    this.order = target.order();
    this.missingTasks = new TreeSet<>(job.tasks());
    this.missingSources = new TreeSet<>(job.sources());
    this.taskCount = missingTasks.size();
  }

  void add(Manifest.EnumeratorState state) {
    if (missingSources.remove(state.sourceUid())) {
      enumerators.put(state.sourceUid(), state);
    }
  }

  /** Takes an acknowledgement; a second one of the same subtask changes nothing. */
  void add(ToLeader.CheckpointAck ack, long nowMillis) {
    if (missingTasks.remove(ack.task())) {
      acks.put(ack.task(), ack);
      bytes += ack.bytes();
      stateBytes += ack.operators().stream().mapToLong(OperatorSnapshot::bytes).sum();
      alignMillis = Math.max(alignMillis, ack.alignMillis());
      latestAckMillis = nowMillis;
    }
  }

  boolean isCollected() {
    return missingTasks.isEmpty() && missingSources.isEmpty();
  }

  /** What is missing, for people. */
  String missing() {
    return missingTasks.size()
        + " of "
        + taskCount
        + " subtasks"
        + (missingTasks.isEmpty() ? "" : ", such as " + missingTasks.iterator().next())
        + (missingSources.isEmpty() ? "" : ", and the sources " + missingSources);
  }

  CheckpointEntry.Progress progress(long endedMillis) {
    return new CheckpointEntry.Progress(
        taskCount, acks.size(), bytes, stateBytes, latestAckMillis, endedMillis, alignMillis);
  }

  /**
   * What the checkpoint consists of.
   *
   * @param carried staged output of earlier checkpoints that is not known to be committed
   * @param newestRegistered staged output up to this checkpoint is known already
   */
  Manifest manifest(
      JobPlan plan, long epoch, List<CommittableBytes> carried, long newestRegistered) {
    Map<String, CommittableBytes> uncommitted = new LinkedHashMap<>();
    carried.forEach(c -> uncommitted.put(c.transactionId(), c));
    for (ToLeader.CheckpointAck ack : acks.values()) {
      for (CommittableBytes committable : ack.committables()) {
        if (committable.checkpointId() > newestRegistered) {
          uncommitted.putIfAbsent(committable.transactionId(), committable);
        }
      }
    }
    return new Manifest(
        plan.jobId(),
        epoch,
        id,
        attempt,
        last,
        triggeredMillis,
        operatorStates(plan),
        List.copyOf(enumerators.values()),
        List.copyOf(uncommitted.values()),
        kind);
  }

  private List<Manifest.OperatorState> operatorStates(JobPlan plan) {
    List<Manifest.OperatorState> states = new ArrayList<>();
    for (VertexSpec vertex : plan.vertices()) {
      for (String uid : vertex.operatorUids()) {
        List<OperatorSnapshot> subtasks = new ArrayList<>();
        boolean any = false;
        for (int subtask = 0; subtask < vertex.parallelism(); subtask++) {
          OperatorSnapshot snapshot =
              find(acks.get(new TaskId(plan.jobId(), vertex.index(), subtask)), uid);
          any |= !snapshot.isEmpty();
          subtasks.add(snapshot);
        }
        if (any) {
          states.add(new Manifest.OperatorState(uid, vertex.maxParallelism(), subtasks));
        }
      }
    }
    return states;
  }

  private static OperatorSnapshot find(ToLeader.CheckpointAck ack, String uid) {
    for (OperatorSnapshot snapshot : ack.operators()) {
      if (snapshot.operatorUid().equals(uid)) {
        return snapshot;
      }
    }
    return new OperatorSnapshot(uid, List.of(), List.of());
  }
}
