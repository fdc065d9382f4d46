package dev.weft.api;

/** How a program runs: as a stream that never needs to end, or as a batch of bounded input. */
public enum RuntimeExecutionMode {
  /**
   * Results are emitted as records come; state is kept by checkpoints. Bounded input is read to its
   * end.
   */
  STREAMING,
  /**
   * All input is bounded. Steps on keyed streams see the records of one key after the other and
   * emit the final result of each; there are no watermarks and no checkpoints on the way, and
   * whatever outgrows memory goes to local disk.
   */
  BATCH,
  /**
   * The default: {@link #BATCH} when every source is bounded, a step keeps state by key and the
   * program does not continue from a savepoint or checkpoint; else {@link #STREAMING}, whose
   * checkpoints let a long job go on after a failure.
   */
  AUTOMATIC
}
