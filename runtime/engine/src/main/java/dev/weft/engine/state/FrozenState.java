package dev.weft.engine.state;

import dev.weft.engine.batch.ByteSink;

/** Keyed state as it was at a barrier. Written by one thread, which need not be the task's. */
public interface FrozenState {
  /** The version of the bytes that {@link #write} makes. */
  int formatVersion();

  /** The first key group of the subtask. */
  int firstKeyGroup();

  /**
   * Writes everything, in the order of key groups.
   *
   * @return where each key group begins, relative to the first byte written here, and at last the
   *     end
   */
  long[] write(ByteSink target);

  /** Lets the store forget that it was frozen; to be called once, on any thread. */
  void release();
}
