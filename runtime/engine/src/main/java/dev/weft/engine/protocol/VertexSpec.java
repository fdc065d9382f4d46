package dev.weft.engine.protocol;

import java.util.List;

/**
 * A vertex of the plan: a chain of operators that runs in each of its subtasks.
 *
 * @param index of the vertex within the plan
 * @param id 32 hexadecimal digits, stable over restarts of the same program
 * @param name for people, such as {@code Source: orders -> Map}
 * @param parallelism how many subtasks
 * @param maxParallelism how many key groups
 * @param operatorUids of the chain, in order
 * @param chain a Java-serialised {@link ChainSpec}; only the job's class loader may read it
 */
public record VertexSpec(
    int index,
    String id,
    String name,
    int parallelism,
    int maxParallelism,
    List<String> operatorUids,
    byte[] chain) {
  /** A subtask for people, such as {@code Map (2/4)} for subtask 1. */
  public String nameOf(int subtask) {
    return name + " (" + (subtask + 1) + "/" + parallelism + ")";
  }

  /** The same vertex with another number of subtasks. */
  public VertexSpec withParallelism(int other) {
    return other == parallelism
        ? this
        : new VertexSpec(index, id, name, other, maxParallelism, operatorUids, chain);
  }
}
