package dev.weft.api;

/**
 * How a savepoint is written. Both are the same here: every savepoint is whole and can be moved.
 */
public enum SavepointFormatType {
  /** One form for all state backends. */
  CANONICAL,
  /** Taken as {@link #CANONICAL}. */
  NATIVE
}
