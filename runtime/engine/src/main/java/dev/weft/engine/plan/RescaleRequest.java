package dev.weft.engine.plan;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.protocol.EdgeKind;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.VertexSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What somebody wants of a running job. Vertices that hand their records over one to one change
 * together.
 *
 * @param id by which its fate is asked for
 * @param parallelism of all vertices without a step that sets its own; 0 leaves them as they are
 * @param byVertex the parallelism of single vertices, named by their id, their name, or the uid of
 *     a step; goes before {@code parallelism}
 */
public record RescaleRequest(String id, int parallelism, Map<String, Integer> byVertex) {
  /** Takes a read-only copy. */
  public RescaleRequest {
    byVertex = Collections.unmodifiableMap(new TreeMap<>(byVertex));
  }

  /**
   * Finds out what that means for a plan.
   *
   * @throws WeftException with code USER when it is not possible; says what is
   */
  public RescaleOrder resolve(JobPlan plan) {
    Map<Integer, Integer> named = new TreeMap<>();
    byVertex.forEach((name, wanted) -> name(plan, name, wanted, named));
    if (parallelism < 0 || (parallelism == 0 && byVertex.isEmpty())) {
      throw refused(plan, "the parallelism " + parallelism + " is not possible; it is at least 1");
    }
    List<Integer> result = new ArrayList<>(plan.parallelisms());
    boolean any = !named.isEmpty();
    for (Set<Integer> group : together(plan)) {
      Set<Integer> values = new TreeSet<>();
      group.stream().filter(named::containsKey).forEach(vertex -> values.add(named.get(vertex)));
      if (values.size() > 1) {
        throw refused(
            plan,
            "vertices that hand records over one to one have one parallelism, not "
                + values
                + ": "
                + names(plan, group));
      }
      boolean free = parallelism > 0 && group.stream().noneMatch(plan.fixed()::contains);
      any |= free;
      if (!values.isEmpty() || free) {
        int value = values.isEmpty() ? parallelism : values.iterator().next();
        group.forEach(vertex -> result.set(vertex, value));
      }
    }
    if (!any) {
      throw refused(
          plan,
          "every vertex has a step that sets its own parallelism; name the vertices to change");
    }
    plan.vertices().forEach(vertex -> check(plan, vertex, result.get(vertex.index())));
    return new RescaleOrder(id, result);
  }

  private static void name(JobPlan plan, String name, int wanted, Map<Integer, Integer> byIndex) {
    List<VertexSpec> meant =
        plan.vertices().stream()
            .filter(
                v ->
                    v.id().equals(name) || v.name().equals(name) || v.operatorUids().contains(name))
            .toList();
    if (meant.size() != 1) {
      throw refused(
          plan,
          (meant.isEmpty() ? "no vertex has" : meant.size() + " vertices have")
              + " the id, uid or name '"
              + name
              + "'; the job has "
              + plan.vertices().stream().map(v -> v.id() + " (" + v.name() + ")").toList());
    }
    Integer other = byIndex.put(meant.get(0).index(), wanted);
    if (other != null && other != wanted) {
      throw refused(
          plan, "vertex " + meant.get(0).name() + " is to have both " + other + " and " + wanted);
    }
  }

  private static void check(JobPlan plan, VertexSpec vertex, int wanted) {
    if (wanted < 1 || wanted > vertex.maxParallelism()) {
      throw refused(
          plan,
          "vertex "
              + vertex.name()
              + " can not have parallelism "
              + wanted
              + "; it lies between 1 and the vertex' max parallelism "
              + vertex.maxParallelism());
    }
  }

  /** The vertices in sets that have one parallelism. */
  private static List<Set<Integer>> together(JobPlan plan) {
    List<Set<Integer>> sets = new ArrayList<>();
    IntStream.range(0, plan.vertices().size()).forEach(v -> sets.add(new TreeSet<>(Set.of(v))));
    for (EdgeSpec edge : plan.edges()) {
      Set<Integer> source = sets.get(edge.source());
      if (edge.kind() == EdgeKind.FORWARD && source != sets.get(edge.target())) {
        source.addAll(sets.get(edge.target()));
        source.forEach(vertex -> sets.set(vertex, source));
      }
    }
    List<Set<Integer>> result = new ArrayList<>();
    for (Set<Integer> set : sets) {
      if (result.stream().noneMatch(other -> other == set)) {
        result.add(set);
      }
    }
    return result;
  }

  private static List<String> names(JobPlan plan, Set<Integer> vertices) {
    return vertices.stream().map(vertex -> plan.vertices().get(vertex).name()).toList();
  }

  private static WeftException refused(JobPlan plan, String why) {
    return new WeftException(ErrorCode.USER, "Job " + plan.jobId() + " is not rescaled: " + why);
  }
}
