package dev.weft.api.state;

/**
 * A user function with state that does not belong to keys. {@link #initializeState} is called once
 * before {@code open}; {@link #snapshotState} whenever a barrier passes, by the thread that runs
 * the function.
 */
public interface CheckpointedFunction {
  /** A barrier passes: put what must survive into the states. */
  void snapshotState(FunctionSnapshotContext context) throws Exception;

  /** Declares states and, after a restore, reads them. */
  void initializeState(FunctionInitializationContext context) throws Exception;
}
