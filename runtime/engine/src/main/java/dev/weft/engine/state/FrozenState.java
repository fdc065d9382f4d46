package dev.weft.engine.state;

import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.protocol.KeyedSlice;
import java.util.List;

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

  /** The slices that what is written here continues; empty when it stands alone. */
  default List<KeyedSlice> before() {
    return List.of();
  }

  /**
   * Says what the checkpoint consists of, before {@link #release}.
   *
   * @param slices those of {@link #before} and the one that was written
   */
  default void written(List<KeyedSlice> slices) {}

  /** Lets the store forget that it was frozen; to be called once, on any thread. */
  void release();
}
