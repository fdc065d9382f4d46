package dev.weft.api.connector;

/** A piece of a source that one reader reads: a file range, a partition of a log. */
public interface SourceSplit {
  /** An identity that is unique within the source and the same after a restore. */
  String splitId();
}
