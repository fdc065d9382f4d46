package dev.weft.api.connector;

/** Whether a source ends. */
public enum Boundedness {
  /** The source ends by itself. */
  BOUNDED,
  /** The source goes on until the job is stopped. */
  CONTINUOUS_UNBOUNDED
}
