package dev.weft.engine.plan;

import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExecutionOptions;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.VertexSpec;
import dev.weft.engine.world.Verify;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
 * @param slotSharingGroups by vertex: subtasks of one number share a slot within a group only
 * @param configuration of the job
 * @param fixed indices of vertices with a step that sets its own parallelism, which the job's
 *     parallelism does not change
 */
public record JobPlan(
    String jobId,
    String name,
    List<VertexSpec> vertices,
    List<EdgeSpec> edges,
    Map<String, Integer> sources,
    Map<String, Integer> transactionalSinks,
    boolean bounded,
    List<String> slotSharingGroups,
    Map<String, String> configuration,
    Set<Integer> fixed) {
  /** The group of steps that name none. */
  public static final String DEFAULT_GROUP = "default";

  /** Takes read-only copies. */
  public JobPlan {
    Verify.verify(
        slotSharingGroups.size() == vertices.size(),
        "%s slot sharing groups of %s vertices",
        slotSharingGroups.size(),
        vertices.size());
    slotSharingGroups = List.copyOf(slotSharingGroups);
    fixed = java.util.Collections.unmodifiableSet(new java.util.TreeSet<>(fixed));
    vertices = List.copyOf(vertices);
    edges = List.copyOf(edges);
    sources = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(sources));
    transactionalSinks =
        java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(transactionalSinks));
    configuration = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(configuration));
  }

  /**
   * The same job with other numbers of subtasks.
   *
   * @param parallelisms of the vertices, by index
   */
  public JobPlan withParallelisms(List<Integer> parallelisms) {
    Verify.verify(
        parallelisms.size() == vertices.size(),
        "%s parallelisms of %s vertices",
        parallelisms.size(),
        vertices.size());
    List<VertexSpec> others =
        vertices.stream().map(v -> v.withParallelism(parallelisms.get(v.index()))).toList();
    return new JobPlan(
        jobId,
        name,
        others,
        edges,
        sources,
        transactionalSinks,
        bounded,
        slotSharingGroups,
        configuration,
        fixed);
  }

  /** How many subtasks each vertex has, by index. */
  public List<Integer> parallelisms() {
    return vertices.stream().map(VertexSpec::parallelism).toList();
  }

  /** Whether the job runs as a batch, so that the only checkpoint is the one at its end. */
  public boolean batch() {
    return Configuration.of(configuration).get(ExecutionOptions.RUNTIME_MODE)
        == RuntimeExecutionMode.BATCH;
  }

  /** How many slots the job needs: subtasks of one number and one group share a slot. */
  public int slots() {
    return groupWidths().values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The number, within the job, of the slot of a vertex's subtask 0; the others follow on it. */
  public int firstSlotOf(int vertex) {
    int first = 0;
    for (Map.Entry<String, Integer> group : groupWidths().entrySet()) {
      if (group.getKey().equals(slotSharingGroups.get(vertex))) {
        break;
      }
      first += group.getValue();
    }
    return first;
  }

  /** How many slots each group needs, in the order of the groups' first vertices. */
  private Map<String, Integer> groupWidths() {
    Map<String, Integer> widths = new LinkedHashMap<>();
    for (VertexSpec vertex : vertices) {
      widths.merge(slotSharingGroups.get(vertex.index()), vertex.parallelism(), Math::max);
    }
    return widths;
  }

  /** The greatest parallelism of any vertex. */
  public int parallelism() {
    return vertices.stream().mapToInt(VertexSpec::parallelism).max().orElse(0);
  }

  /** How many subtasks there are. */
  public int subtasks() {
    return vertices.stream().mapToInt(VertexSpec::parallelism).sum();
  }
}
