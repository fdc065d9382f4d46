package dev.weft.engine.plan;

import dev.weft.engine.protocol.EdgeKind;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.VertexSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The failure regions of a plan: the subtasks that must start again together. Subtasks that
 * exchange records as they are made belong to one region, and so do all readers of a source, since
 * its enumerator starts again with them. A subtask belongs to exactly one region; regions are
 * numbered from 0 by their first subtask. Immutable.
 */
public final class Regions {
  private final int[] firstOfVertex; // index of the vertex' first subtask among all subtasks
  private final int[] regionOfTask;
  private final int count;

  /** By region, those that keep records for it, and those that it keeps records for. */
  private final List<Set<Integer>> before = new ArrayList<>();

  private final List<Set<Integer>> behind = new ArrayList<>();

  private Regions(int[] firstOfVertex, int[] regionOfTask, int count) {
    this.firstOfVertex = firstOfVertex;
    this.regionOfTask = regionOfTask;
    this.count = count;
    for (int region = 0; region < count; region++) {
      before.add(new TreeSet<>());
      behind.add(new TreeSet<>());
    }
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
    int[] numbers = new int[tasks];
    Arrays.fill(numbers, -1);
    int[] regions = new int[tasks];
    int count = 0;
    for (int task = 0; task < tasks; task++) {
      int root = root(parent, task);
      if (numbers[root] < 0) {
        numbers[root] = count++;
      }
      regions[task] = numbers[root];
    }
    Regions result = new Regions(first, regions, count);
    for (EdgeSpec edge : plan.edges()) {
      if (edge.materialized()) {
        connections(plan, edge, first, result::order);
      }
    }
    return result;
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
    return count;
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
    return before.get(region);
  }

  /** The regions that this one keeps records for. */
  public Set<Integer> behind(int region) {
    return behind.get(region);
  }

  /** Whether some regions begin later than others. */
  public boolean areOrdered() {
    return behind.stream().anyMatch(some -> !some.isEmpty());
  }

  /** The given regions and all that depend on what they emit. */
  public Set<Integer> withThoseBehind(Set<Integer> regions) {
    Set<Integer> all = new TreeSet<>();
    Deque<Integer> open = new ArrayDeque<>(regions);
    while (!open.isEmpty()) {
      int region = open.remove();
      if (all.add(region)) {
        open.addAll(behind.get(region));
      }
    }
    return all;
  }

  /** The numbers of all regions. */
  public Set<Integer> all() {
    return IntStream.range(0, count).boxed().collect(Collectors.toCollection(TreeSet::new));
  }
}
