package dev.weft.engine.plan;

import java.util.List;

/**
 * Numbers of subtasks that a running job is to have.
 *
 * @param id by which its fate is asked for
 * @param parallelisms of all vertices, by index
 */
public record RescaleOrder(String id, List<Integer> parallelisms) {
  /** Takes a read-only copy. */
  public RescaleOrder {
    parallelisms = List.copyOf(parallelisms);
  }
}
