package dev.weft.engine.plan;

import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExecutionOptions;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.VertexSpec;
import java.util.List;
import java.util.Map;

/**
 * A job as it is submitted: immutable, the only thing a client sends besides jars.
 *
 * @param jobId 32 hexadecimal digits
 * @param name for people
 * @param vertices by index
 * @param edges by index
 * @param sources operator uids of the sources with the index of their vertex
 * @param transactionalSinks operator uids of the sinks that commit, with the index of their vertex
 * @param bounded whether every source ends
 * @param configuration of the job
 */
public record JobPlan(
    String jobId,
    String name,
    List<VertexSpec> vertices,
    List<EdgeSpec> edges,
    Map<String, Integer> sources,
    Map<String, Integer> transactionalSinks,
    boolean bounded,
    Map<String, String> configuration) {
  /** Takes read-only copies. */
  public JobPlan {
    vertices = List.copyOf(vertices);
    edges = List.copyOf(edges);
    sources = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(sources));
    transactionalSinks =
        java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(transactionalSinks));
    configuration = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(configuration));
  }

  /** Whether the job runs as a batch, so that the only checkpoint is the one at its end. */
  public boolean batch() {
    return Configuration.of(configuration).get(ExecutionOptions.RUNTIME_MODE)
        == RuntimeExecutionMode.BATCH;
  }

  /** How many slots the job needs: subtasks with one index share a slot. */
  public int slots() {
    return vertices.stream().mapToInt(VertexSpec::parallelism).max().orElse(0);
  }

  /** How many subtasks there are. */
  public int subtasks() {
    return vertices.stream().mapToInt(VertexSpec::parallelism).sum();
  }
}
