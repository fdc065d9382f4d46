package dev.weft.api.graph;

import dev.weft.api.functions.KeySelector;
import dev.weft.api.types.TypeInformation;
import java.io.Serializable;

/** How records choose among the subtasks of the next step. */
public sealed interface Partitioning extends Serializable {
  /** Subtask i to subtask i; both sides have one parallelism. */
  record Forward() implements Partitioning {}

  /** In turn. */
  record Rebalance() implements Partitioning {}

  /** To all. */
  record Broadcast() implements Partitioning {}

  /** All to subtask 0. */
  record Global() implements Partitioning {}

  /** By the key group of the key; the next step is keyed. */
  record Hash<T, K>(KeySelector<T, K> selector, TypeInformation<K> keyType)
      implements Partitioning {}
}
