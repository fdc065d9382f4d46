package dev.weft.engine.job;

import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskLocation;
import dev.weft.engine.protocol.TaskMetrics;
import dev.weft.engine.protocol.TaskState;
import dev.weft.engine.protocol.VertexSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

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
    TaskState state; // null before it is deployed
    TaskMetrics metrics;
    private boolean drained;

    private Task(
        TaskId id, VertexSpec vertex, SlotProvider.Slot slot, int attempt, long nowMillis) {
      this.id = id;
      this.vertex = vertex;
      this.slot = slot;
      this.attempt = attempt;
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

    /** For people, such as {@code Map (2/4)}. */
    String name() {
      return vertex.name() + " (" + (id.subtask() + 1) + "/" + vertex.parallelism() + ")";
    }
  }

  /** All subtasks of a plan, those of one number and one group in the same slot. */
  TaskTable(JobPlan plan, List<SlotProvider.Slot> slots, int attempt, long nowMillis) {
    for (VertexSpec vertex : plan.vertices()) {
      int first = plan.firstSlotOf(vertex.index());
      for (int subtask = 0; subtask < vertex.parallelism(); subtask++) {
        TaskId id = new TaskId(plan.jobId(), vertex.index(), subtask);
        tasks.put(id, new Task(id, vertex, slots.get(first + subtask), attempt, nowMillis));
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

  /** Workers that have subtasks which have not ended. */
  Set<String> workers() {
    Set<String> workers = new TreeSet<>();
    for (Task task : tasks.values()) {
      if (!task.hasEnded()) {
        workers.add(task.slot.workerId());
      }
    }
    return workers;
  }

  List<Task> on(String workerId) {
    List<Task> result = new ArrayList<>();
    for (Task task : tasks.values()) {
      if (task.slot.workerId().equals(workerId)) {
        result.add(task);
      }
    }
    return result;
  }

  /** All are about to be sent to their workers. */
  void deploying() {
    tasks.values().forEach(t -> t.state = TaskState.DEPLOYING);
  }

  List<TaskLocation> locations() {
    List<TaskLocation> result = new ArrayList<>();
    for (Task task : tasks.values()) {
      result.add(new TaskLocation(task.id, task.slot.workerId(), task.slot.data()));
    }
    return result;
  }

  boolean allEnded() {
    return tasks.values().stream().allMatch(Task::hasEnded);
  }

  boolean allDrained() {
    return !tasks.isEmpty() && tasks.values().stream().allMatch(t -> t.state == TaskState.DRAINED);
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

  /** The subtasks of a worker that is gone have ended; false when it had none. */
  boolean workerLost(String workerId) {
    List<Task> lost = on(workerId);
    lost.forEach(t -> t.state = TaskState.FAILED);
    return !lost.isEmpty();
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
