package dev.weft.engine.plan;

import dev.weft.engine.protocol.EdgeKind;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.VertexSpec;
import java.util.Arrays;
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

  private Regions(int[] firstOfVertex, int[] regionOfTask, int count) {
    this.firstOfVertex = firstOfVertex;
    this.regionOfTask = regionOfTask;
    this.count = count;
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
      join(parent, plan, edge, first);
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
    return new Regions(first, regions, count);
  }

  private static void join(int[] parent, JobPlan plan, EdgeSpec edge, int[] first) {
    int producers = plan.vertices().get(edge.source()).parallelism();
    int consumers = plan.vertices().get(edge.target()).parallelism();
    for (int producer = 0; producer < producers; producer++) {
      EdgeKind.Span span = edge.kind().consumersOf(producer, producers, consumers);
      for (int consumer = span.first(); consumer < span.end(); consumer++) {
        join(parent, first[edge.source()] + producer, first[edge.target()] + consumer);
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

  /** The numbers of all regions. */
  public Set<Integer> all() {
    return IntStream.range(0, count).boxed().collect(Collectors.toCollection(TreeSet::new));
  }
}
