package dev.weft.engine.exchange;

import dev.weft.engine.batch.ObjectBatch;

/** The end of a channel where its producer writes. Used by one thread at a time. */
public interface OutputChannel {
  /**
   * Takes a frame unless the channel is full. After a refusal the producer is woken once there is
   * room. Frames that are not data are taken by remote channels even when they have no credit.
   *
   * @return whether the frame was taken
   */
  boolean offer(Frame frame);

  /** Tells the consumer, ahead of everything that waits, of a barrier that was sent. */
  void announce(long checkpointId, boolean urgent);

  /** Whether data would be taken now; when not, the producer is woken once it would. */
  boolean hasRoom();

  /** A batch that was sent and is done with, whose arrays may be used anew; or null. */
  ObjectBatch spare();

  /** How many rows a batch for this channel should have at most. */
  int rowsMax();

  /** Whether rows wait until they fill a batch, however long, since nobody reads before the end. */
  default boolean patient() {
    return false;
  }
}
