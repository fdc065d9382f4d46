package dev.weft.engine.job;

import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Regions;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskReport;
import dev.weft.engine.protocol.TaskState;
import dev.weft.engine.protocol.ToLeader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;

/** Collects what workers report of a job's subtasks after a change of leader. */
final class Reconciliation {
  private final JobPlan plan;
  private final Regions regions;
  private final IntUnaryOperator attempts;
  private final Map<TaskId, Found> found = new TreeMap<>();

  /** Workers with subtasks that do not count and may run on. */
  private final Set<String> withOthers = new TreeSet<>();

  /** Where a subtask is that was not found. */
  private static final SlotProvider.Slot NOWHERE = new SlotProvider.Slot("", 0, new Address("", 0));

  private record Found(String workerId, Address data, TaskReport report) {}

  /**
   * Nothing is found yet.
   *
   * @param attempts the attempt of each failure region that was recorded last
   */
  Reconciliation(JobPlan plan, Regions regions, IntUnaryOperator attempts) {
    this.plan = plan;
    this.regions = regions;
    this.attempts = attempts;
  }

  private int attempt(TaskId task) {
    return attempts.applyAsInt(regions.of(task));
  }

  private boolean isOfPlan(TaskId task) {
    return task.vertex() < plan.vertices().size()
        && task.subtask() < plan.vertices().get(task.vertex()).parallelism();
  }

  /** Takes a worker's reports; those of another attempt do not count. */
  void add(String workerId, Address data, List<TaskReport> reports) {
    workerLost(workerId);
    for (TaskReport report : reports) {
      TaskId task = report.task();
      if (isOfPlan(task) && report.attempt() == attempt(task) && isAlive(report.state())) {
        found.put(task, new Found(workerId, data, report));
      } else if (report.state() != TaskState.FAILED && report.state() != TaskState.CANCELED) {
        withOthers.add(workerId);
      }
    }
  }

  /** A subtask changed its state after it was reported. */
  void taskChanged(String workerId, ToLeader.TaskChanged change) {
    Found before = found.get(change.task());
    if (before == null
        || change.attempt() != before.report().attempt()
        || !before.workerId().equals(workerId)) {
      return;
    }
    if (!isAlive(change.state())) {
      found.remove(change.task());
      return;
    }
    TaskReport report = before.report();
    found.put(
        change.task(),
        new Found(
            workerId,
            before.data(),
            new TaskReport(
                report.task(),
                report.attempt(),
                change.state(),
                report.lastAckedCheckpoint(),
                report.lastCompletedCheckpoint(),
                report.splitsSinceCompleted(),
                report.noMoreSplits())));
  }

  private static boolean isAlive(TaskState state) {
    return state == TaskState.READY || state == TaskState.RUNNING || state == TaskState.DRAINED;
  }

  void workerLost(String workerId) {
    found.values().removeIf(f -> f.workerId().equals(workerId));
    withOthers.remove(workerId);
  }

  /** Whether every subtask was found, those of one slot on one worker. */
  boolean isComplete() {
    return missing().isEmpty() && slots().size() == plan.slots();
  }

  /** Subtasks that were not found. */
  Set<TaskId> missing() {
    Set<TaskId> missing = new TreeSet<>(TaskTable.idsOf(plan));
    missing.removeAll(found.keySet());
    return missing;
  }

  /**
   * The regions that lack a subtask; all when none can go on without the others: because subtasks
   * of one slot are on several workers, or because there are others than those that count.
   */
  Set<Integer> lacking() {
    Set<Integer> lacking = new TreeSet<>();
    missing().forEach(task -> lacking.add(regions.of(task)));
    return lacking.isEmpty() || slots().isEmpty() || !withOthers.isEmpty()
        ? regions.all()
        : lacking;
  }

  /** The slots by number; fewer when subtasks of one slot are on several workers. */
  List<SlotProvider.Slot> slots() {
    Map<Integer, SlotProvider.Slot> byNumber = new TreeMap<>();
    Map<String, Integer> used = new TreeMap<>();
    for (Map.Entry<TaskId, Found> entry : found.entrySet()) {
      TaskId task = entry.getKey();
      int number = plan.firstSlotOf(task.vertex()) + task.subtask();
      Found at = entry.getValue();
      SlotProvider.Slot slot = byNumber.get(number);
      if (slot == null) {
        int index = used.merge(at.workerId(), 1, Integer::sum) - 1;
        byNumber.put(number, new SlotProvider.Slot(at.workerId(), index, at.data()));
      } else if (!slot.workerId().equals(at.workerId())) {
        return List.of();
      }
    }
    return List.copyOf(byNumber.values());
  }

  /**
   * The subtasks as they were found; the missing ones have failed.
   *
   * @param adopted the slots that {@link #slots} told, in the same order
   */
  TaskTable table(List<SlotProvider.Slot> adopted, long nowMillis) {
    List<SlotProvider.Slot> slots = new ArrayList<>(Collections.nCopies(plan.slots(), NOWHERE));
    int next = 0;
    for (int number : usedSlots()) {
      slots.set(number, adopted.get(next));
      next++;
    }
    TaskTable table = new TaskTable(plan, regions, slots, attempts, nowMillis, null, regions.all());
    for (TaskTable.Task task : table.all()) {
      Found at = found.get(task.id);
      task.change(at == null ? TaskState.FAILED : at.report().state());
    }
    return table;
  }

  /** The numbers of the slots in which subtasks were found, in ascending order. */
  private Set<Integer> usedSlots() {
    Set<Integer> numbers = new TreeSet<>();
    found.keySet().forEach(task -> numbers.add(plan.firstSlotOf(task.vertex()) + task.subtask()));
    return numbers;
  }

  /** The highest checkpoint that any subtask knows of. */
  long highestCheckpoint() {
    return found.values().stream()
        .mapToLong(
            f -> Math.max(f.report().lastAckedCheckpoint(), f.report().lastCompletedCheckpoint()))
        .max()
        .orElse(0);
  }

  /** The highest checkpoint that any subtask was told to be complete. */
  long highestCompleted() {
    return found.values().stream()
        .mapToLong(f -> f.report().lastCompletedCheckpoint())
        .max()
        .orElse(0);
  }

  /** Checkpoints above the given one that subtasks acknowledged. */
  Set<Long> acknowledgedAbove(long checkpointId) {
    Set<Long> ids = new TreeSet<>();
    for (Found f : found.values()) {
      if (f.report().lastAckedCheckpoint() > checkpointId) {
        ids.add(f.report().lastAckedCheckpoint());
      }
    }
    return ids;
  }

  /** Splits that readers were given after the checkpoint they know to be complete. */
  Map<String, Map<Integer, List<byte[]>>> assigned() {
    Map<String, Map<Integer, List<byte[]>>> result = new TreeMap<>();
    plan.sources()
        .forEach(
            (uid, vertex) -> {
              Map<Integer, List<byte[]>> bySubtask = new TreeMap<>();
              readers(vertex)
                  .forEach(
                      f -> {
                        if (!f.report().splitsSinceCompleted().isEmpty()) {
                          bySubtask.put(
                              f.report().task().subtask(), f.report().splitsSinceCompleted());
                        }
                      });
              result.put(uid, bySubtask);
            });
    return result;
  }

  /** Readers that may wait for splits. */
  List<TaskId> readersThatWait() {
    List<TaskId> result = new ArrayList<>();
    plan.sources()
        .values()
        .forEach(
            vertex ->
                readers(vertex)
                    .forEach(
                        f -> {
                          if (!f.report().noMoreSplits()
                              && f.report().state() != TaskState.DRAINED) {
                            result.add(f.report().task());
                          }
                        }));
    return result;
  }

  private List<Found> readers(int vertex) {
    return found.values().stream().filter(f -> f.report().task().vertex() == vertex).toList();
  }
}
