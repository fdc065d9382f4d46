package dev.weft.api.savepoint;

import dev.weft.api.DataStream;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.graph.SavepointOperation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a savepoint: a new one, or one with operators of another snapshot added, replaced and
 * removed. {@link #write} adds the steps to the program, which runs as a batch; the savepoint
 * appears when the job has finished, or not at all.
 */
public final class StateWriter {
  private final StreamExecutionEnvironment environment;
  private final String base;
  private final int maxParallelism;
  private final Map<String, StateBootstrapTransformation<?>> added = new LinkedHashMap<>();
  private final List<String> removed = new ArrayList<>();

  private StateWriter(StreamExecutionEnvironment environment, String base, int maxParallelism) {
    this.environment = environment;
    this.base = base;
    this.maxParallelism = maxParallelism;
  }

  /** A savepoint whose number of key groups is the program's {@code pipeline.max-parallelism}. */
  public static StateWriter newSavepoint(StreamExecutionEnvironment environment) {
    return new StateWriter(environment, "", 0);
  }

  /**
   * A savepoint with nothing in it yet.
   *
   * @param maxParallelism the number of key groups, which is that of all jobs that start from it
   */
  public static StateWriter newSavepoint(
      StreamExecutionEnvironment environment, int maxParallelism) {
    if (maxParallelism < 1) {
      throw new WeftException(
          ErrorCode.USER, "The max parallelism of a savepoint is positive, not " + maxParallelism);
    }
    return new StateWriter(environment, "", maxParallelism);
  }

  /**
   * A savepoint that begins with all that a snapshot holds. Its files are copied, so neither needs
   * the other. New operators get as many key groups as {@code pipeline.max-parallelism} says.
   *
   * @param path of the checkpoint or savepoint
   */
  public static StateWriter fromExistingSavepoint(
      StreamExecutionEnvironment environment, String path) {
    return new StateWriter(environment, path(path), 0);
  }

  private static String path(String path) {
    if (path == null || path.isBlank()) {
      throw new WeftException(ErrorCode.USER, "The path of a savepoint is not empty");
    }
    return path.length() > 1 ? path.replaceAll("/+$", "") : path;
  }

  /**
   * Adds an operator.
   *
   * @throws WeftException with code USER when it was added before; one that the snapshot has
   *     already is refused when the job starts, unless it is removed
   */
  public StateWriter withOperator(
      OperatorIdentifier identifier, StateBootstrapTransformation<?> transformation) {
    if (added.putIfAbsent(identifier.id(), transformation) != null) {
      throw new WeftException(
          ErrorCode.USER, "The operator " + identifier + " is added to the savepoint twice");
    }
    return this;
  }

  /** Leaves out an operator that the snapshot has; another may be added in its place. */
  public StateWriter removeOperator(OperatorIdentifier identifier) {
    removed.add(identifier.id());
    return this;
  }

  /**
   * Adds the steps that write the savepoint.
   *
   * @param path its directory, in which there is no savepoint yet
   */
  public void write(String path) {
    String directory = path(path);
    if (added.isEmpty() && removed.isEmpty()) {
      throw new WeftException(
          ErrorCode.USER, "The savepoint " + path + " has nothing to write: add an operator");
    }
    DataStream<byte[]> pieces =
        environment.fromCollection(List.of(), StateBootstrapTransformation.PIECES);
    for (Map.Entry<String, StateBootstrapTransformation<?>> each : added.entrySet()) {
      SavepointOperation.Target target = new SavepointOperation.Target(each.getKey(), directory);
      pieces = pieces.union(each.getValue().pieces(target, maxParallelism));
    }
    pieces
        .global()
        .transform(
            "Assemble savepoint",
            StateBootstrapTransformation.PIECES,
            new SavepointOperation.Assemble(
                directory, base, List.copyOf(removed), List.copyOf(added.keySet())))
        .setParallelism(1)
        .sinkTo(new SavepointSink(directory))
        .setParallelism(1)
        .name("Savepoint " + directory);
  }
}
