package dev.weft.engine.job;

import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Regions;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskLocation;
import dev.weft.engine.protocol.TaskMetrics;
import dev.weft.engine.protocol.TaskState;
import dev.weft.engine.protocol.VertexSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;

/** The subtasks of one attempt: where each runs and how far it is. */
final class TaskTable {
  private final Map<TaskId, Task> tasks = new TreeMap<>();

  /** A subtask. */
  static final class Task {
    final TaskId id;
    final VertexSpec vertex;
    final SlotProvider.Slot slot;
    final long deployedMillis;
    final int attempt;
    final int region;
    TaskState state; // null before it is deployed
    TaskMetrics metrics;
    private boolean drained;

    private Task(
        TaskId id,
        VertexSpec vertex,
        SlotProvider.Slot slot,
        int attempt,
        int region,
        long nowMillis) {
      this.id = id;
      this.vertex = vertex;
      this.slot = slot;
      this.attempt = attempt;
      this.region = region;
      this.deployedMillis = nowMillis;
    }

    /** Its worker says what became of it. */
    void change(TaskState to) {
      state = to;
      drained |= to == TaskState.DRAINED;
    }

    /** Where it is; one that had processed everything when it was ended is finished. */
    TaskStatus status() {
      if (state == null) {
        return TaskStatus.SCHEDULED;
      }
      return drained && state == TaskState.CANCELED ? TaskStatus.FINISHED : TaskStatus.of(state);
    }

    /** Whether its worker has nothing to do with it: it ended, or was not sent there yet. */
    boolean hasEnded() {
      return state == null || state == TaskState.FAILED || state == TaskState.CANCELED;
    }

    /** Where it runs. */
    TaskLocation location() {
      return new TaskLocation(id, slot.workerId(), slot.data());
    }

    /** For people, such as {@code Map (2/4)}. */
    String name() {
      return vertex.nameOf(id.subtask());
    }
  }

  /**
   * All subtasks of a job, those of one number and one group in the same slot.
   *
   * @param attempts the attempt of each failure region
   * @param before subtasks of other regions than those that begin go on as they are there; null
   *     when all begin
   * @param begun the regions that begin
   */
  TaskTable(
      JobPlan plan,
      Regions regions,
      List<SlotProvider.Slot> slots,
      IntUnaryOperator attempts,
      long nowMillis,
      TaskTable before,
      Set<Integer> begun) {
    for (VertexSpec vertex : plan.vertices()) {
      int first = plan.firstSlotOf(vertex.index());
      for (int subtask = 0; subtask < vertex.parallelism(); subtask++) {
        TaskId id = new TaskId(plan.jobId(), vertex.index(), subtask);
        int region = regions.of(id);
        tasks.put(
            id,
            begun.contains(region)
                ? new Task(
                    id,
                    vertex,
                    slots.get(first + subtask),
                    attempts.applyAsInt(region),
                    region,
                    nowMillis)
                : before.find(id));
      }
    }
  }

  /** The ids of all subtasks of a plan. */
  static Set<TaskId> idsOf(JobPlan plan) {
    Set<TaskId> ids = new TreeSet<>();
    for (VertexSpec vertex : plan.vertices()) {
      for (int subtask = 0; subtask < vertex.parallelism(); subtask++) {
        ids.add(new TaskId(plan.jobId(), vertex.index(), subtask));
      }
    }
    return ids;
  }

  Collection<Task> all() {
    return tasks.values();
  }

  /** A subtask; null when it is not here. */
  Task find(TaskId id) {
    return tasks.get(id);
  }

  /** The subtasks of a region that have not ended, by worker. */
  Map<String, List<Task>> ofRegion(int region) {
    Map<String, List<Task>> result = new TreeMap<>();
    for (Task task : tasks.values()) {
      if (task.region == region && !task.hasEnded()) {
        result.computeIfAbsent(task.slot.workerId(), w -> new ArrayList<>()).add(task);
      }
    }
    return result;
  }

  /** The attempts of subtasks that have not ended, by worker. */
  Map<String, Set<Integer>> attempts() {
    Map<String, Set<Integer>> result = new TreeMap<>();
    for (Task task : tasks.values()) {
      if (!task.hasEnded()) {
        result.computeIfAbsent(task.slot.workerId(), w -> new TreeSet<>()).add(task.attempt);
      }
    }
    return result;
  }

  /** The attempt of each failure region, in the order of their numbers. */
  Map<Integer, Integer> attemptsByRegion() {
    Map<Integer, Integer> result = new TreeMap<>();
    tasks.values().forEach(task -> result.put(task.region, task.attempt));
    return result;
  }

  /** The slot of each subtask that a plan has too, by its number within the job there. */
  Map<Integer, SlotProvider.Slot> slots(JobPlan plan) {
    Map<Integer, SlotProvider.Slot> result = new TreeMap<>();
    for (Task task : tasks.values()) {
      if (task.id.subtask() < plan.vertices().get(task.id.vertex()).parallelism()) {
        result.put(plan.firstSlotOf(task.id.vertex()) + task.id.subtask(), task.slot);
      }
    }
    return result;
  }

  /** Those of some regions are about to be sent to their workers. */
  void deploying(Set<Integer> regions) {
    for (Task task : tasks.values()) {
      if (regions.contains(task.region)) {
        task.state = TaskState.DEPLOYING;
      }
    }
  }

  List<TaskLocation> locations() {
    return tasks.values().stream().map(Task::location).toList();
  }

  boolean allEnded(Set<Integer> regions) {
    return tasks.values().stream()
        .allMatch(task -> task.hasEnded() || !regions.contains(task.region));
  }

  boolean allDrained() {
    return !tasks.isEmpty() && tasks.values().stream().allMatch(t -> t.state == TaskState.DRAINED);
  }

  /** Whether every subtask of a region has processed everything. */
  boolean areDrained(int region) {
    return tasks.values().stream()
        .allMatch(task -> task.region != region || task.state == TaskState.DRAINED);
  }

  /** Whether every subtask is restored. */
  boolean allReady() {
    return tasks.values().stream()
        .allMatch(
            t ->
                t.state == TaskState.READY
                    || t.state == TaskState.RUNNING
                    || t.state == TaskState.DRAINED);
  }

  /** The subtasks of a worker that is gone have ended; returns their regions. */
  Set<Integer> workerLost(String workerId) {
    Set<Integer> regions = new TreeSet<>();
    for (Task task : tasks.values()) {
      if (task.slot.workerId().equals(workerId)) {
        task.state = TaskState.FAILED;
        regions.add(task.region);
      }
    }
    return regions;
  }

  /** The slots of subtasks that have not ended. */
  Set<SlotProvider.Slot> livingSlots() {
    Set<SlotProvider.Slot> slots = new HashSet<>();
    for (Task task : tasks.values()) {
      if (!task.hasEnded()) {
        slots.add(task.slot);
      }
    }
    return slots;
  }

  /** The subtasks that have not ended, by worker. */
  Map<String, Set<TaskId>> living() {
    Map<String, Set<TaskId>> living = new TreeMap<>();
    for (Task task : tasks.values()) {
      if (!task.hasEnded()) {
        living.computeIfAbsent(task.slot.workerId(), w -> new TreeSet<>()).add(task.id);
      }
    }
    return living;
  }
}
