package dev.weft.engine.state.panes;

import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.state.paged.Generation;

/**
 * What an operator keeps per key beside a store's rows, in a form of its own. It becomes part of
 * the store's snapshots, key group by key group.
 */
public interface KeyedAnnex {
  /** What is kept and how; a checkpoint with another layout is refused. */
  String layout();

  /** From now on reserves the memory that it takes, about. */
  default void accountTo(Generation memory) {}

  /** Takes in a key group of a snapshot. */
  void restore(int keyGroup, ByteSource source);

  /** Fixes the present content. At most one frozen content is open at a time. */
  Frozen freeze();

  /** The content at a barrier. Used by one thread, which need not be the task's. */
  interface Frozen {
    /**
     * Writes a key group; no bytes when it is empty.
     *
     * @param afterBlock called again and again; may empty the target
     */
    void write(int keyGroup, ByteSink target, Runnable afterBlock);

    /** The content may be forgotten; on any thread. */
    void release();
  }
}
