package dev.weft.testing;

import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.checkpoint.StateRedistribution;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.TaskDeployment;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskLocation;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.protocol.VertexSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the leader would tell one worker: a program, planned and cut into tasks. */
final class Deployments {
  static final String WORKER = "test";
  private static final String JOB = "7e57".repeat(8);

  private Deployments() {}

  /**
   * A program planned for a parallelism.
   *
   * @param inputs vertices by name; an input that nothing reads is missing
   * @param outputs vertices by name
   */
  record Planned(JobPlan plan, Map<String, Integer> inputs, Map<String, Integer> outputs) {
    /** Whether the test plays the vertex. */
    boolean played(int vertex) {
      return inputs.containsValue(vertex) || outputs.containsValue(vertex);
    }
  }

  static Planned plan(TestProgram program, Configuration options, int parallelism) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options)
            .configure(CoreOptions.DEFAULT_PARALLELISM, parallelism)
            .setRuntimeMode(RuntimeExecutionMode.STREAMING); // tests play watermarks and time
    TestStreams streams = new TestStreams(environment);
    try {
      program.define(streams);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("The program cannot be defined: " + e, e);
    }
    if (streams.outputs().isEmpty()) {
      throw new IllegalArgumentException("the program under test has no output");
    }
    JobPlan plan = Planner.plan(environment.pipeline("test"), JOB);
    Planned planned =
        new Planned(
            plan,
            vertices(plan, streams.inputs(), "Source: "),
            vertices(plan, streams.outputs(), "Sink: output-"));
    Set<Integer> sources = new TreeSet<>(plan.sources().values());
    sources.removeAll(planned.inputs.values());
    if (!sources.isEmpty()) {
      throw new IllegalArgumentException(
          "a program under test reads its inputs only, but this one also has '"
              + plan.vertices().get(sources.iterator().next()).name()
              + "'; make the part behind the source a method and test that");
    }
    return planned;
  }

  private static Map<String, Integer> vertices(JobPlan plan, List<String> names, String prefix) {
    Map<String, Integer> found = new LinkedHashMap<>();
    for (VertexSpec vertex : plan.vertices()) {
      for (String name : names) {
        if (vertex.name().equals(prefix + name)) {
          found.put(name, vertex.index());
        }
      }
    }
    return found;
  }

  /** The deployment of all tasks that the test does not play. */
  static ToWorker.DeployTasks deploy(Planned planned, int attempt, Manifest restored) {
    JobPlan plan = planned.plan;
    StateRedistribution state =
        restored == null ? null : StateRedistribution.of(restored, plan, false);
    List<TaskDeployment> tasks = new ArrayList<>();
    List<TaskLocation> locations = new ArrayList<>();
    for (VertexSpec vertex : plan.vertices()) {
      for (int subtask = 0; subtask < vertex.parallelism(); subtask++) {
        TaskId task = new TaskId(JOB, vertex.index(), subtask);
        locations.add(new TaskLocation(task, WORKER, new Address("localhost", 1)));
        if (!planned.played(vertex.index())) {
          tasks.add(
              new TaskDeployment(
                  task,
                  subtask,
                  state == null ? List.of() : state.forSubtask(vertex, subtask),
                  restored == null ? 0 : restored.checkpointId()));
        }
      }
    }
    return new ToWorker.DeployTasks(
        1,
        JOB,
        plan.name(),
        attempt,
        plan.vertices(),
        plan.edges(),
        tasks,
        locations,
        plan.configuration(),
        List.of(),
        null);
  }

  /** A checkpoint of what tasks wrote. */
  static Manifest manifest(
      Planned planned,
      long checkpointId,
      int attempt,
      Map<TaskId, List<OperatorSnapshot>> written) {
    Map<String, List<OperatorSnapshot>> byOperator = new TreeMap<>();
    Map<String, Integer> maxParallelism = new TreeMap<>();
    written.forEach(
        (task, operators) -> {
          for (OperatorSnapshot operator : operators) {
            byOperator
                .computeIfAbsent(operator.operatorUid(), uid -> new ArrayList<>())
                .add(operator);
            maxParallelism.put(
                operator.operatorUid(),
                planned.plan.vertices().get(task.vertex()).maxParallelism());
          }
        });
    List<Manifest.OperatorState> operators = new ArrayList<>();
    byOperator
        .values()
        .removeIf(
            subtasks ->
                subtasks.stream()
                    .allMatch(
                        s -> s.keyed().isEmpty() && s.items().isEmpty() && s.unkeyed().isEmpty()));
    byOperator.forEach(
        (uid, subtasks) ->
            operators.add(new Manifest.OperatorState(uid, maxParallelism.get(uid), subtasks)));
    return new Manifest(
        JOB, 1, checkpointId, attempt, false, 0, operators, List.of(), List.of(), null);
  }
}
