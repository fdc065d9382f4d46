package dev.weft.engine.protocol;

/** How records choose among the channels of an edge. */
public enum EdgeKind {
  /** Subtask i to subtask i. */
  FORWARD,
  /** In turn, by lot or as the user says: to any one. */
  REBALANCE,
  /** By key group. */
  HASH,
  /** To all. */
  BROADCAST,
  /** To subtask 0. */
  GLOBAL;

  /** Whether every producer is connected to every consumer. */
  public boolean allToAll() {
    return this != FORWARD;
  }
}
