package dev.weft.api.graph;

import dev.weft.api.functions.KeySelector;
import dev.weft.api.functions.Partitioner;
import dev.weft.api.types.TypeInformation;
import java.io.Serializable;

/** How records choose among the subtasks of the next step. */
public sealed interface Partitioning extends Serializable {
  /** Subtask i to subtask i; both sides have one parallelism. */
  record Forward() implements Partitioning {}

  /** In turn. */
  record Rebalance() implements Partitioning {}

  /**
   * In turn to the subtasks that are near: each side is cut into contiguous parts, and the parts of
   * one number are connected.
   */
  record Rescale() implements Partitioning {}

  /** To subtasks drawn by lot. */
  record Shuffle() implements Partitioning {}

  /** As the user's function says. */
  record Custom<T, K>(Partitioner<K> partitioner, KeySelector<T, K> selector)
      implements Partitioning {}

  /** To all. */
  record Broadcast() implements Partitioning {}

  /** All to subtask 0. */
  record Global() implements Partitioning {}

  /** By the key group of the key; the next step is keyed. */
  record Hash<T, K>(KeySelector<T, K> selector, TypeInformation<K> keyType)
      implements Partitioning {}
}
