package dev.weft.engine.plan;

import dev.weft.engine.protocol.EdgeKind;
import dev.weft.engine.protocol.EdgeSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cuts a plan into stages that can run one after another: an exchange is materialized unless that
 * would make a stage wait for itself.
 */
final class Stages {
  private final List<EdgeSpec> edges;

  /** By vertex; vertices of one stage have the same number. */
  private final int[] stages;

  private Stages(List<EdgeSpec> edges, int vertices) {
    this.edges = edges;
    this.stages = IntStream.range(0, vertices).toArray();
  }

  /** The edges, those between stages materialized. */
  static List<EdgeSpec> cut(List<EdgeSpec> edges, int vertices) {
    Stages stages = new Stages(edges, vertices);
    stages.join();
    List<EdgeSpec> result = new ArrayList<>();
    for (EdgeSpec edge : edges) {
      result.add(stages.isInside(edge) ? edge : edge.cut());
    }
    return result;
  }

  private void join() {
    for (EdgeSpec edge : edges) {
      if (edge.kind() == EdgeKind.FORWARD) {
        join(edge);
      }
    }
    boolean joined = true;
    while (joined) {
      joined = false;
      for (EdgeSpec edge : edges) {
        if (!isInside(edge) && leads(edge.target(), edge.source())) {
          join(edge);
          joined = true;
        }
      }
    }
  }

  private boolean isInside(EdgeSpec edge) {
    return stages[edge.source()] == stages[edge.target()];
  }

  private void join(EdgeSpec edge) {
    int from = stages[edge.target()];
    int to = stages[edge.source()];
    for (int vertex = 0; vertex < stages.length; vertex++) {
      if (stages[vertex] == from) {
        stages[vertex] = to;
      }
    }
  }

  /** Whether records of one vertex' stage come to that of another. */
  private boolean leads(int from, int to) {
    boolean[] seen = new boolean[stages.length];
    Deque<Integer> open = new ArrayDeque<>(List.of(stages[from]));
    seen[stages[from]] = true;
    while (!open.isEmpty()) {
      int stage = open.remove();
      for (EdgeSpec edge : edges) {
        int next = stages[edge.target()];
        if (stages[edge.source()] == stage && !seen[next]) {
          seen[next] = true;
          open.add(next);
        }
      }
    }
    return seen[stages[to]];
  }
}
