package dev.weft.engine.exchange;

import dev.weft.engine.batch.ObjectBatch;

/** The end of a channel where its consumer reads. Used by one thread at a time. */
public interface InputChannel {
  /**
   * Takes the next frame, or null when there is none now; the consumer is woken when one comes.
   *
   * @throws dev.weft.api.error.WeftException with code ENGINE when the bytes of a frame are damaged
   */
  Frame poll();

  /** What is set when a frame has come; the gate says where. */
  ReadySet.Bit ready();

  /** A batch that was polled is done with: its arrays may be used anew. */
  void done(ObjectBatch batch);
}
