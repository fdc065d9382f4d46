package dev.weft.api.config;

/** What happens to checkpoints when a job is cancelled. */
public enum ExternalizedCheckpointRetention {
  /** They are kept, so that the job can be started from the last one. */
  RETAIN_ON_CANCELLATION,
  /** They are deleted when the job is cancelled, and kept when it fails. */
  DELETE_ON_CANCELLATION
}
