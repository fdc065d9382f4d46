package dev.weft.engine.job;

import dev.weft.engine.checkpoint.JobPast;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.VertexSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Makes the records that people see of a job's subtasks. */
final class JobReport {
  private static final Set<TaskStatus> ENDED =
      EnumSet.of(TaskStatus.FINISHED, TaskStatus.CANCELED, TaskStatus.FAILED);

  private JobReport() {}

  static JobDetails details(JobMaster job) {
    Attempt attempt = job.attempt();
    JobPlan plan = job.context.plan();
    return new JobDetails(
        job.summary(),
        plan,
        attempt == null ? job.context.journal.attempt() : attempt.number,
        vertices(plan, attempt),
        job.coordinator.statistics(),
        job.failures.all(),
        job.snapshots.reports(),
        job.rescale.reports());
  }

  static JobSummary summary(
      JobMaster job, long endMillis, Map<JobStatus, Long> enteredMillis, String waiting) {
    JobPlan plan = job.context.plan();
    return new JobSummary(
        plan.jobId(),
        plan.name(),
        job.state().status(),
        job.context.submission.submittedMillis(),
        endMillis,
        Collections.unmodifiableMap(new EnumMap<>(enteredMillis)),
        taskCounts(plan, job.attempt()),
        waiting);
  }

  static Map<TaskStatus, Integer> taskCounts(JobPlan plan, Attempt attempt) {
    Map<TaskStatus, Integer> counts = noTasks();
    if (attempt == null) {
      counts.put(TaskStatus.CREATED, plan.subtasks());
    } else {
      attempt.tasks.all().forEach(t -> counts.merge(t.status(), 1, Integer::sum));
    }
    return Collections.unmodifiableMap(counts);
  }

  /** How many subtasks ended in each state. */
  static Map<TaskStatus, Integer> taskCounts(List<VertexDetails> vertices) {
    Map<TaskStatus, Integer> counts = noTasks();
    vertices.forEach(
        vertex -> vertex.subtasks().forEach(task -> counts.merge(task.status(), 1, Integer::sum)));
    return Collections.unmodifiableMap(counts);
  }

  private static Map<TaskStatus, Integer> noTasks() {
    Map<TaskStatus, Integer> counts = new EnumMap<>(TaskStatus.class);
    for (TaskStatus status : TaskStatus.values()) {
      counts.put(status, 0);
    }
    return counts;
  }

  /**
   * The vertices of a job that has ended.
   *
   * @param past what was recorded of its subtasks; they had not all said that they ended
   */
  static List<VertexDetails> vertices(JobPlan plan, JobStatus ended, List<JobPast.TaskPast> past) {
    Map<TaskId, SubtaskDetails> recorded = new HashMap<>();
    TaskStatus otherwise = ended == JobStatus.FINISHED ? TaskStatus.FINISHED : TaskStatus.CANCELED;
    for (JobPast.TaskPast task : past) {
      TaskStatus status = TaskStatus.valueOf(task.status());
      recorded.put(
          new TaskId(plan.jobId(), task.vertex(), task.subtask()),
          new SubtaskDetails(
              task.subtask(),
              task.attempt(),
              ENDED.contains(status) ? status : otherwise,
              task.workerId(),
              task.host(),
              task.deployedMillis(),
              task.metrics()));
    }
    return vertices(plan, recorded::get);
  }

  /** What is recorded with the end of a job. */
  static JobPast past(JobMaster job) {
    JobPlan plan = job.context.plan();
    List<JobPast.TaskPast> tasks = new ArrayList<>();
    List<VertexDetails> vertices = vertices(plan, job.attempt());
    for (int vertex = 0; vertex < vertices.size(); vertex++) {
      for (SubtaskDetails subtask : vertices.get(vertex).subtasks()) {
        tasks.add(
            new JobPast.TaskPast(
                vertex,
                subtask.subtask(),
                subtask.attempt(),
                subtask.status().name(),
                subtask.workerId(),
                subtask.host(),
                subtask.deployedMillis(),
                subtask.metrics()));
      }
    }
    return JobPast.of(job.coordinator.statistics(), job.failures.all(), tasks);
  }

  static List<VertexDetails> vertices(JobPlan plan, Attempt attempt) {
    return vertices(
        plan,
        id -> {
          TaskTable.Task task = attempt == null ? null : attempt.tasks.find(id);
          return task == null
              ? null
              : new SubtaskDetails(
                  id.subtask(),
                  task.attempt,
                  task.status(),
                  task.slot.workerId(),
                  task.slot.data().host(),
                  task.deployedMillis,
                  task.metrics);
        });
  }

  private static List<VertexDetails> vertices(
      JobPlan plan, Function<TaskId, SubtaskDetails> known) {
    List<VertexDetails> vertices = new ArrayList<>();
    for (VertexSpec vertex : plan.vertices()) {
      List<SubtaskDetails> subtasks = new ArrayList<>();
      for (int subtask = 0; subtask < vertex.parallelism(); subtask++) {
        SubtaskDetails task = known.apply(new TaskId(plan.jobId(), vertex.index(), subtask));
        subtasks.add(
            task == null
                ? new SubtaskDetails(subtask, 0, TaskStatus.CREATED, "", "", -1, null)
                : task);
      }
      vertices.add(
          new VertexDetails(
              vertex.id(),
              vertex.name(),
              vertex.parallelism(),
              vertex.maxParallelism(),
              List.copyOf(subtasks)));
    }
    return List.copyOf(vertices);
  }
}
