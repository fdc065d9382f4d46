package dev.weft.engine.job;

import dev.weft.engine.checkpoint.StateRedistribution;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.Artifact;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.TaskDeployment;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.protocol.VertexSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes the messages that deploy an attempt.
 *
 * @param configuration the job's, over the cluster's
 */
record Deployment(
    JobPlan plan, List<Artifact> artifacts, Map<String, String> configuration, long epoch) {

  /**
   * The messages of a failure region, one for each worker.
   *
   * @param tasks of all regions
   * @param state what is restored; null on a fresh start
   */
  Map<String, ToWorker.DeployTasks> messages(
      int attempt, int region, TaskTable tasks, StateRedistribution state) {
    Map<String, ToWorker.DeployTasks> messages = new TreeMap<>();
    tasks
        .ofRegion(region)
        .forEach(
            (worker, some) -> {
              Map<Integer, VertexSpec> vertices = new TreeMap<>();
              List<TaskDeployment> deployments = new ArrayList<>();
              for (TaskTable.Task task : some) {
                vertices.put(task.vertex.index(), task.vertex);
                deployments.add(deployment(task, state));
              }
              addTargets(vertices);
              messages.put(
                  worker,
                  new ToWorker.DeployTasks(
                      epoch,
                      plan.jobId(),
                      plan.name(),
                      attempt,
                      List.copyOf(vertices.values()),
                      plan.edges(),
                      deployments,
                      tasks.locations(),
                      configuration,
                      artifacts,
                      region));
            });
    return messages;
  }

  private static TaskDeployment deployment(TaskTable.Task task, StateRedistribution state) {
    return state == null
        ? new TaskDeployment(task.id, task.slot.index(), List.of(), 0)
        : new TaskDeployment(
            task.id,
            task.slot.index(),
            state.forSubtask(task.vertex, task.id.subtask()),
            state.checkpointId());
  }

  private void addTargets(Map<Integer, VertexSpec> vertices) {
    Map<Integer, VertexSpec> targets = new TreeMap<>();
    for (EdgeSpec edge : plan.edges()) {
      if (vertices.containsKey(edge.source())) {
        targets.put(edge.target(), plan.vertices().get(edge.target()));
      }
    }
    vertices.putAll(targets);
  }
}
