package dev.weft.api;

/** How records go from one step of a batch to the next where they change subtasks. */
public enum BatchShuffleMode {
  /** As they are made: all steps run at the same time. */
  ALL_EXCHANGES_PIPELINED,
  /**
   * Over the local disks of the workers: a step begins when those before it have ended, and is not
   * repeated when one behind it fails.
   */
  ALL_EXCHANGES_BLOCKING
}
