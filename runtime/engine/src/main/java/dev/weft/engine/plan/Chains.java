package dev.weft.engine.plan;

import dev.weft.api.graph.Partitioning;
import dev.weft.api.graph.Transformation;
import dev.weft.engine.plan.ProgramGraph.Link;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Joins steps into chains. A chain is a line: a step with several consumers runs in one chain with
 * the first that may, the others are reached through edges.
 */
final class Chains {
  private final ProgramGraph graph;
  private final boolean chaining;
  private final List<List<Transformation>> chains = new ArrayList<>();
  private final Map<Transformation, Integer> vertexOf = new IdentityHashMap<>();

  /**
   * Chains of a program.
   *
   * @param chaining whether any step shares a chain
   */
  Chains(ProgramGraph graph, boolean chaining) {
    this.graph = graph;
    this.chaining = chaining;
    for (Transformation step : graph.steps()) {
      Transformation before = chainedInput(step);
      if (before == null) {
        vertexOf.put(step, chains.size());
        chains.add(new ArrayList<>(List.of(step)));
      } else {
        vertexOf.put(step, vertexOf.get(before));
        chains.get(vertexOf.get(before)).add(step);
      }
    }
  }

  /** The chains in the order of their first steps; links lead from earlier to later chains. */
  List<List<Transformation>> all() {
    return chains;
  }

  /** The number of the chain of a step. */
  int vertexOf(Transformation step) {
    return vertexOf.get(step);
  }

  /** Whether the link stays inside a chain. */
  boolean isInside(Link link) {
    return chainedInput(link.target()) == link.source();
  }

  private Transformation chainedInput(Transformation step) {
    List<Link> inputs = graph.inputsOf(step);
    if (inputs.size() != 1 || !mayChain(inputs.get(0))) {
      return null;
    }
    Link input = inputs.get(0);
    for (Link rival : graph.outputsOf(input.source())) {
      if (rival == input) {
        return input.source();
      }
      if (mayChain(rival) && graph.inputsOf(rival.target()).size() == 1) {
        return null;
      }
    }
    return null;
  }

  private boolean mayChain(Link link) {
    return chaining
        && link.sideOutput() == null
        && link.partitioning() instanceof Partitioning.Forward
        && link.target().chainable()
        && !link.source().endsChain()
        && graph.parallelismOf(link.source()) == graph.parallelismOf(link.target())
        && graph.maxParallelismOf(link.source()) == graph.maxParallelismOf(link.target())
        && graph.slotSharingGroupOf(link.source()).equals(graph.slotSharingGroupOf(link.target()));
  }
}
