package dev.weft.api.state;

/** Which checkpoint is taken. */
public interface FunctionSnapshotContext {
  /** The checkpoint; ids grow and are never used twice within a job. */
  long getCheckpointId();

  /** Wall-clock milliseconds when its barrier came to this operator. */
  long getCheckpointTimestamp();
}
