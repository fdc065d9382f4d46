package dev.weft.engine.job;

import dev.weft.engine.checkpoint.StateRedistribution;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.Artifact;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.OperatorSnapshot;
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
   * One message for each worker.
   *
   * @param state what is restored; null on a fresh start
   */
  Map<String, ToWorker.DeployTasks> messages(
      int attempt, TaskTable tasks, StateRedistribution state) {
    Map<String, ToWorker.DeployTasks> messages = new TreeMap<>();
    for (String worker : tasks.workers()) {
      Map<Integer, VertexSpec> vertices = new TreeMap<>();
      Map<Integer, VertexSpec> targets = new TreeMap<>();
      List<TaskDeployment> deployments = new ArrayList<>();
      for (TaskTable.Task task : tasks.on(worker)) {
        vertices.put(task.vertex.index(), task.vertex);
        List<OperatorSnapshot> restore =
            state == null ? List.of() : state.forSubtask(task.vertex, task.id.subtask());
        deployments.add(
            new TaskDeployment(
                task.id, task.slot.index(), restore, state == null ? 0 : state.checkpointId()));
      }
      for (EdgeSpec edge : plan.edges()) {
        if (vertices.containsKey(edge.source())) {
          targets.put(edge.target(), plan.vertices().get(edge.target()));
        }
      }
      vertices.putAll(targets);
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
              artifacts));
    }
    return messages;
  }
}
