package dev.weft.engine.state;

import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.world.Verify;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What tells memory that a frozen state still reads from memory that is free to be changed: each
 * freeze begins a generation, and what is older than the generation must be copied before it is
 * changed, as long as the frozen state is open. Belongs to the task's thread; only {@link #thaw}
 * may be called by another.
 */
final class Generation {
  private final MemoryPool pool;
  private final Runnable whenFull;
  private final AtomicLong copiedBytes = new AtomicLong();
  private int number;
  private volatile boolean frozen;

  /**
   * A first generation.
   *
   * @param pool where to account; null for nowhere
   * @param whenFull hears when the pool refuses, before whoever wanted memory does
   */
  Generation(MemoryPool pool, Runnable whenFull) {
    this.pool = pool;
    this.whenFull = whenFull;
  }

  int number() {
    return number;
  }

  /** Whether a frozen state is open. */
  boolean frozen() {
    return frozen;
  }

  void freeze() {
    Verify.verify(!frozen, "the state is frozen already; release the frozen state first");
    number++;
    frozen = true;
  }

  void thaw() {
    frozen = false;
    release(copiedBytes.getAndSet(0));
  }

  /** Accounts for memory that lives until the thaw. */
  void reserveCopy(long bytes) {
    reserve(bytes);
    copiedBytes.addAndGet(bytes);
  }

  void reserve(long bytes) {
    if (pool != null && !pool.tryReserve(bytes)) {
      whenFull.run();
      pool.reserve(bytes);
    }
  }

  void release(long bytes) {
    if (pool != null) {
      pool.release(bytes);
    }
  }

  void close() {
    if (pool != null) {
      pool.close();
    }
  }
}
