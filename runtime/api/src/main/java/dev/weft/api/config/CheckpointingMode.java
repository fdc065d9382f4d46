package dev.weft.api.config;

/** How often state may have seen a record after a failure. */
public enum CheckpointingMode {
  /** Each record counts once. */
  EXACTLY_ONCE,
  /**
   * Each record counts once or more often. Accepted so that programs need no change: checkpoints
   * are exact in any case.
   */
  AT_LEAST_ONCE
}
