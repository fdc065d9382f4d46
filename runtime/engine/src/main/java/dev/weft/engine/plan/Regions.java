package dev.weft.engine.plan;

import dev.weft.engine.protocol.EdgeKind;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.VertexSpec;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The failure regions of a plan: the subtasks that must start again together. Subtasks that
 * exchange records as they are made belong to one region, and so do all readers of a source, since
 * its enumerator starts again with them. A subtask belongs to exactly one region. A region's number
 * is the place of its first subtask among all that the plan could have, each vertex with its max
 * parallelism; so it stays the same when other vertices are rescaled. Immutable.
 */
public final class Regions {
  private final int[] firstOfVertex; // index of the vertex' first subtask among all subtasks
  private final int[] regionOfTask;
  private final Set<Integer> numbers;

  /** By region, those that keep records for it, and those that it keeps records for. */
  private final Map<Integer, Set<Integer>> before = new TreeMap<>();

  private final Map<Integer, Set<Integer>> behind = new TreeMap<>();

  private Regions(int[] firstOfVertex, int[] regionOfTask) {
    this.firstOfVertex = firstOfVertex;
    this.regionOfTask = regionOfTask;
    Set<Integer> all = new TreeSet<>();
    for (int region : regionOfTask) {
      all.add(region);
      before.put(region, new TreeSet<>());
      behind.put(region, new TreeSet<>());
    }
    this.numbers = Collections.unmodifiableSet(all);
  }

  /** The regions of a plan. */
  public static Regions of(JobPlan plan) {
    int vertices = plan.vertices().size();
    int[] first = new int[vertices];
    int tasks = 0;
    for (VertexSpec vertex : plan.vertices()) {
      first[vertex.index()] = tasks;
      tasks += vertex.parallelism();
    }
    int[] parent = IntStream.range(0, tasks).toArray();
    for (int vertex : plan.sources().values()) {
      joinAll(parent, first[vertex], plan.vertices().get(vertex).parallelism());
    }
    for (EdgeSpec edge : plan.edges()) {
      if (!edge.materialized()) {
        connections(plan, edge, first, (producer, consumer) -> join(parent, producer, consumer));
      }
    }
    int[] places = places(plan, tasks);
    int[] regions = new int[tasks];
    for (int task = 0; task < tasks; task++) {
      regions[task] = places[root(parent, task)];
    }
    Regions result = new Regions(first, regions);
    for (EdgeSpec edge : plan.edges()) {
      if (edge.materialized()) {
        connections(plan, edge, first, result::order);
      }
    }
    return result;
  }

  /** The place of each subtask among all that the plan could have. */
  private static int[] places(JobPlan plan, int tasks) {
    int[] places = new int[tasks];
    int task = 0;
    int place = 0;
    for (VertexSpec vertex : plan.vertices()) {
      for (int subtask = 0; subtask < vertex.parallelism(); subtask++) {
        places[task++] = place + subtask;
      }
      place = Math.addExact(place, vertex.maxParallelism());
    }
    return places;
  }

  private void order(int producer, int consumer) {
    before.get(regionOfTask[consumer]).add(regionOfTask[producer]);
    behind.get(regionOfTask[producer]).add(regionOfTask[consumer]);
  }

  /** What is done with the numbers of two connected subtasks. */
  private interface Connection {
    void between(int producer, int consumer);
  }

  private static void connections(JobPlan plan, EdgeSpec edge, int[] first, Connection action) {
    int producers = plan.vertices().get(edge.source()).parallelism();
    int consumers = plan.vertices().get(edge.target()).parallelism();
    for (int producer = 0; producer < producers; producer++) {
      EdgeKind.Span span = edge.kind().consumersOf(producer, producers, consumers);
      for (int consumer = span.first(); consumer < span.end(); consumer++) {
        action.between(first[edge.source()] + producer, first[edge.target()] + consumer);
      }
    }
  }

  private static void joinAll(int[] parent, int first, int count) {
    for (int i = 1; i < count; i++) {
      join(parent, first, first + i);
    }
  }

  private static void join(int[] parent, int one, int other) {
    int a = root(parent, one);
    int b = root(parent, other);
    parent[Math.max(a, b)] = Math.min(a, b);
  }

  private static int root(int[] parent, int task) {
    int root = task;
    while (parent[root] != root) {
      parent[root] = parent[parent[root]];
      root = parent[root];
    }
    return root;
  }

  /** How many there are. */
  public int count() {
    return numbers.size();
  }

  /** The region of a subtask of the plan. */
  public int of(TaskId task) {
    return regionOfTask[firstOfVertex[task.vertex()] + task.subtask()];
  }

  /** The region of a source's readers. */
  public int ofSource(int vertex) {
    return regionOfTask[firstOfVertex[vertex]];
  }

  /** The regions that keep records for this one, which begins when they are done. */
  public Set<Integer> before(int region) {
    return before.getOrDefault(region, Set.of());
  }

  /** The regions that this one keeps records for. */
  public Set<Integer> behind(int region) {
    return behind.getOrDefault(region, Set.of());
  }

  /** Whether some regions begin later than others. */
  public boolean areOrdered() {
    return behind.values().stream().anyMatch(some -> !some.isEmpty());
  }

  /** The given regions and all that depend on what they emit. */
  public Set<Integer> withThoseBehind(Set<Integer> regions) {
    Set<Integer> all = new TreeSet<>();
    Deque<Integer> open = new ArrayDeque<>(regions);
    while (!open.isEmpty()) {
      int region = open.remove();
      if (all.add(region)) {
        open.addAll(behind(region));
      }
    }
    return all;
  }

  /** The numbers of all regions, in ascending order. */
  public Set<Integer> all() {
    return numbers;
  }

  /** The place of a region in the order of their numbers, from 0. */
  public int placeOf(int region) {
    int place = 0;
    for (int number : numbers) {
      if (number == region) {
        return place;
      }
      place++;
    }
    throw new IllegalArgumentException("there is no region " + region);
  }

  /** The regions that have subtasks of any of these vertices. */
  public Set<Integer> ofVertices(Set<Integer> vertices) {
    Set<Integer> result = new TreeSet<>();
    for (int vertex : vertices) {
      int end = vertex + 1 < firstOfVertex.length ? firstOfVertex[vertex + 1] : regionOfTask.length;
      for (int task = firstOfVertex[vertex]; task < end; task++) {
        result.add(regionOfTask[task]);
      }
    }
    return result;
  }
}
