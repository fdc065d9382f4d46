package dev.weft.engine.exchange;

import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.CheckpointKind;

/** Everything that travels in a channel, in order. */
public sealed interface Frame {
  /**
   * Records.
   *
   * @param bytes about how many the records would have as they are written; 0 for few
   */
  record Data(ObjectBatch batch, long bytes) implements Frame {
    /** Records of a few bytes each. */
    public Data(ObjectBatch batch) {
      this(batch, 0);
    }
  }

  /** No record with an event time up to this one follows, in milliseconds. */
  record Watermark(long timestamp) implements Frame {}

  /** The channel no longer (or again) counts for the watermark. */
  record Idle(boolean idle) implements Frame {}

  /**
   * Everything before belongs to the checkpoint, everything after does not.
   *
   * @param directory where files of the checkpoint go
   * @param baseCheckpointId the checkpoint that state may continue; 0 for none
   */
  record Barrier(long checkpointId, CheckpointKind kind, String directory, long baseCheckpointId)
      implements Frame {}

  /** No more records follow; barriers still may. */
  record EndOfInput() implements Frame {}
}
