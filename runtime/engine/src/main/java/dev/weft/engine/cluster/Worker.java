package dev.weft.engine.cluster;

import dev.weft.engine.job.SlotProvider;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskReport;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.world.MessageLink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A registered worker: its connection, its slots and who uses them. */
final class Worker {
  final String id;
  final String incarnation;
  final MessageLink link;
  final Address data;
  final int slots;
  final Map<String, String> attributes;
  final Map<Integer, String> used = new TreeMap<>();
  final Map<String, Set<TaskId>> ending = new TreeMap<>();
  final Map<String, List<TaskReport>> reported = new TreeMap<>();
  Map<String, Long> gauges = Map.of();
  Set<String> prepared = Set.of();
  long lastHeardNanos;
  long idleSinceNanos;

  Worker(MessageLink link, ToLeader.RegisterWorker registration, long nowNanos) {
    this.id = registration.workerId();
    this.incarnation = registration.incarnation();
    this.link = link;
    this.data = registration.data();
    this.slots = registration.slots();
    this.attributes = registration.attributes();
    this.lastHeardNanos = nowNanos;
    this.idleSinceNanos = nowNanos;
    for (TaskReport report : registration.tasks()) {
      reported.computeIfAbsent(report.task().jobId(), j -> new ArrayList<>()).add(report);
    }
  }

  /**
   * Whether subtasks on it have yet to end, or their job has yet to say whether it takes them over,
   * so that nothing new is put there.
   */
  boolean isClearing() {
    return !ending.isEmpty() || !reported.isEmpty();
  }

  /** Whether that is so for a job's own subtasks. */
  boolean isClearing(String jobId) {
    return ending.containsKey(jobId) || reported.containsKey(jobId);
  }

  /** The lowest slot that nobody uses. */
  int firstUnused() {
    int index = 0;
    while (used.containsKey(index)) {
      index++;
    }
    return index;
  }

  boolean isIdle() {
    return used.isEmpty() && ending.isEmpty() && reported.isEmpty();
  }

  int slotsFree() {
    return isClearing() ? 0 : slots - used.size();
  }

  /** The slots that nobody uses. */
  List<SlotProvider.Slot> free() {
    List<SlotProvider.Slot> free = new ArrayList<>();
    for (int index = 0; index < slots && !isClearing(); index++) {
      if (!used.containsKey(index)) {
        free.add(new SlotProvider.Slot(id, index, data));
      }
    }
    return free;
  }

  /** The slots that a job uses. */
  List<SlotProvider.Slot> usedBy(String jobId) {
    List<SlotProvider.Slot> held = new ArrayList<>();
    used.forEach(
        (index, job) -> {
          if (job.equals(jobId)) {
            held.add(new SlotProvider.Slot(id, index, data));
          }
        });
    return held;
  }

  /** Subtasks of a job were told to end. */
  void awaitEnd(String jobId, Set<TaskId> tasks) {
    if (!tasks.isEmpty()) {
      ending.computeIfAbsent(jobId, j -> new TreeSet<>()).addAll(tasks);
    }
  }

  /** A subtask ended; true when nothing is awaited any more. */
  boolean ended(TaskId task) {
    Set<TaskId> awaited = ending.get(task.jobId());
    if (awaited == null || !awaited.remove(task)) {
      return false;
    }
    if (awaited.isEmpty()) {
      ending.remove(task.jobId());
    }
    return ending.isEmpty();
  }
}
