package dev.weft.engine.checkpoint;

import dev.weft.engine.protocol.FailureReport;

/** Hears what became of an ordered checkpoint; one of the calls comes, once. */
public interface OrderedSnapshot {
  /** What was ordered. */
  SnapshotOrder order();

  /**
   * It is durable.
   *
   * @param path its directory
   */
  void completed(long checkpointId, String path);

  /** There will be none. */
  void failed(FailureReport why);
}
