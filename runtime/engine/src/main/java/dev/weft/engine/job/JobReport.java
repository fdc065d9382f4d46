package dev.weft.engine.job;

import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.VertexSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Makes the records that people see of a job's subtasks. */
final class JobReport {
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
    Map<TaskStatus, Integer> counts = new EnumMap<>(TaskStatus.class);
    for (TaskStatus status : TaskStatus.values()) {
      counts.put(status, 0);
    }
    if (attempt == null) {
      counts.put(TaskStatus.CREATED, plan.subtasks());
    } else {
      attempt.tasks.all().forEach(t -> counts.merge(t.status(), 1, Integer::sum));
    }
    return Collections.unmodifiableMap(counts);
  }

  static List<VertexDetails> vertices(JobPlan plan, Attempt attempt) {
    List<VertexDetails> vertices = new ArrayList<>();
    for (VertexSpec vertex : plan.vertices()) {
      List<SubtaskDetails> subtasks = new ArrayList<>();
      for (int subtask = 0; subtask < vertex.parallelism(); subtask++) {
        TaskTable.Task task =
            attempt == null
                ? null
                : attempt.tasks.find(new TaskId(plan.jobId(), vertex.index(), subtask));
        subtasks.add(
            task == null
                ? new SubtaskDetails(subtask, 0, TaskStatus.CREATED, "", "", -1, null)
                : new SubtaskDetails(
                    subtask,
                    task.attempt,
                    task.status(),
                    task.slot.workerId(),
                    task.slot.data().host(),
                    task.deployedMillis,
                    task.metrics));
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
