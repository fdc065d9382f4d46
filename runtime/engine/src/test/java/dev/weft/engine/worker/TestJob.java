package dev.weft.engine.worker;

import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.Partitioning;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.EdgeKind;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.TaskDeployment;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskLocation;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.protocol.VertexSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A job of two vertices: numbers, by hash to a second chain. Subtask i of both runs on the i-th
 * worker modulo their number.
 */
final class TestJob {
  static final String ID = "0123456789abcdef0123456789abcdef";
  static final int PARALLELISM = 2;
  static final int MAX_PARALLELISM = 16;

  private static final TypeInformation<Long> LONG = TypeInformation.of(Long.class);

  private final List<VertexSpec> vertices;
  private final List<EdgeSpec> edges = List.of(new EdgeSpec(0, 0, 1, 0, EdgeKind.HASH));

  private TestJob(ChainSpec source, ChainSpec second) {
    vertices = List.of(vertex(0, "numbers", source), vertex(1, "second", second));
  }

  /** Numbers go to a sink. */
  static TestJob copying(NumberSource source) {
    return new TestJob(source(source, value -> value), sinkChain(List.of()));
  }

  /** The sum of the numbers of each key, updated with every number. */
  static TestJob summing(NumberSource source, long keys) {
    Partitioning.Hash<Long, Long> byRest = new Partitioning.Hash<>(value -> value % keys, LONG);
    ChainSpec.OperatorSpec sum =
        new ChainSpec.OperatorSpec(
            "sum",
            "sum",
            "TestJob.java:2",
            new Operation.KeyedReduce<Long>((one, other) -> one + other / keys * keys),
            LONG,
            LONG,
            byRest);
    return new TestJob(source(source, value -> value % keys), sinkChain(List.of(sum)));
  }

  private static ChainSpec source(
      NumberSource source, dev.weft.api.functions.KeySelector<Long, Long> key) {
    ChainSpec.OperatorSpec numbers =
        new ChainSpec.OperatorSpec(
            "numbers",
            "numbers",
            "TestJob.java:1",
            new Operation.FromSource<>(source, WatermarkStrategy.<Long>forMonotonousTimestamps()),
            null,
            LONG,
            null);
    return new ChainSpec(
        List.of(),
        List.of(numbers),
        List.of(new ChainSpec.Output(0, 0, null, new Partitioning.Hash<>(key, LONG), LONG, "")));
  }

  private static ChainSpec sinkChain(List<ChainSpec.OperatorSpec> before) {
    List<ChainSpec.OperatorSpec> operators = new ArrayList<>(before);
    operators.add(
        new ChainSpec.OperatorSpec(
            "sink",
            "sink",
            "TestJob.java:3",
            new Operation.ToSink<Object>(new TextSink()),
            LONG,
            null,
            null));
    return new ChainSpec(List.of(new ChainSpec.Input(0, 0, LONG)), operators, List.of());
  }

  private static VertexSpec vertex(int index, String name, ChainSpec chain) {
    return new VertexSpec(
        index,
        "0".repeat(31) + index,
        name,
        PARALLELISM,
        MAX_PARALLELISM,
        chain.operators().stream().map(ChainSpec.OperatorSpec::uid).toList(),
        serialise(chain));
  }

  private static byte[] serialise(Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream objects = new ObjectOutputStream(bytes)) {
      objects.writeObject(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static TaskId task(int vertex, int subtask) {
    return new TaskId(ID, vertex, subtask);
  }

  /** All tasks. */
  static List<TaskId> tasks() {
    return List.of(task(0, 0), task(0, 1), task(1, 0), task(1, 1));
  }

  static List<TaskId> sources() {
    return List.of(task(0, 0), task(0, 1));
  }

  /** What workers may load ahead. */
  ToWorker.JobContent content() {
    return new ToWorker.JobContent(ID, vertices, List.of());
  }

  /**
   * The deployments by worker.
   *
   * @param workers their data addresses by name
   * @param restore by task; may be empty
   */
  Map<String, ToWorker.DeployTasks> deploy(
      long epoch,
      int attempt,
      Map<String, Address> workers,
      Map<TaskId, List<OperatorSnapshot>> restore,
      long checkpointId) {
    List<String> names = List.copyOf(workers.keySet());
    List<TaskLocation> locations = new ArrayList<>();
    Map<String, List<TaskDeployment>> byWorker = new LinkedHashMap<>();
    for (TaskId task : tasks()) {
      String worker = names.get(task.subtask() % names.size());
      locations.add(new TaskLocation(task, worker, workers.get(worker)));
      byWorker
          .computeIfAbsent(worker, name -> new ArrayList<>())
          .add(
              new TaskDeployment(
                  task, task.subtask(), restore.getOrDefault(task, List.of()), checkpointId));
    }
    Map<String, ToWorker.DeployTasks> deployments = new LinkedHashMap<>();
    byWorker.forEach(
        (worker, tasks) ->
            deployments.put(
                worker,
                new ToWorker.DeployTasks(
                    epoch, ID, "test", attempt, vertices, edges, tasks, locations, Map.of(),
                    List.of(), null)));
    return deployments;
  }
}
