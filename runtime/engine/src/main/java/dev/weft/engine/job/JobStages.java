package dev.weft.engine.job;

import dev.weft.engine.protocol.TaskLocation;
import dev.weft.engine.protocol.ToWorker;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Lets the stages of a batch run one after another: a failure region begins when all that keep
 * records for it have processed everything. What keeps no records begins at once.
 */
final class JobStages {
  private final JobMaster job;

  /** By region, the attempt that was told to begin last. */
  private final Map<Integer, Integer> begun = new TreeMap<>();

  JobStages(JobMaster job) {
    this.job = job;
  }

  /** All subtasks are ready or work: those whose input is there begin. */
  void begin() {
    if (!job.context.regions().areOrdered()) {
      job.toWorkers(attempt -> start(attempt, null));
      return;
    }
    job.context.regions().all().forEach(this::beginIfPossible);
  }

  /** A subtask of a region has processed everything. */
  void advance(int region) {
    if (job.state() instanceof JobState.Running && job.attempt().tasks.areDrained(region)) {
      job.context.regions().behind(region).forEach(this::beginIfPossible);
    }
  }

  private void beginIfPossible(int region) {
    TaskTable table = job.attempt().tasks;
    Map<String, List<TaskTable.Task>> tasks = table.ofRegion(region);
    if (tasks.isEmpty()
        || !job.context.regions().before(region).stream().allMatch(table::areDrained)) {
      return;
    }
    int attempt = tasks.values().iterator().next().get(0).attempt;
    Integer last = begun.put(region, attempt);
    if (last != null && last == attempt) {
      return;
    }
    tasks.keySet().forEach(worker -> job.context.services.send(worker, start(attempt, region)));
    List<TaskLocation> consumers =
        tasks.values().stream().flatMap(List::stream).map(TaskTable.Task::location).toList();
    ToWorker handOver =
        new ToWorker.HandOver(
            job.context.services.epoch(), job.jobId(), attempt, region, consumers);
    Set<String> keepers = new TreeSet<>();
    job.context
        .regions()
        .before(region)
        .forEach(other -> keepers.addAll(table.ofRegion(other).keySet()));
    keepers.forEach(worker -> job.context.services.send(worker, handOver));
  }

  private ToWorker start(int attempt, Integer region) {
    return new ToWorker.StartTasks(job.context.services.epoch(), job.jobId(), attempt, region);
  }
}
