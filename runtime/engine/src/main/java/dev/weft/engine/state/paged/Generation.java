package dev.weft.engine.state.paged;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.world.Verify;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What tells memory that a frozen state still reads from memory that is free to be changed: each
 * freeze begins a generation, and what is older than the generation must be copied before it is
 * changed, as long as the frozen state is open. Belongs to the task's thread; only {@link #thaw}
 * may be called by another.
 */
public final class Generation {
  private final MemoryPool pool;
  private final Runnable whenFull;
  private final AtomicLong copiedBytes = new AtomicLong();
  private final PageStock pages = new PageStock(this);
  private int number;
  private volatile boolean frozen;

  /**
   * A first generation.
   *
   * @param pool where to account; null for nowhere
   * @param whenFull hears when the pool refuses, before whoever wanted memory does
   */
  public Generation(MemoryPool pool, Runnable whenFull) {
    this.pool = pool;
    this.whenFull = whenFull;
  }

  /** Grows with every freeze. */
  public int number() {
    return number;
  }

  /** Whether a frozen state is open. */
  public boolean frozen() {
    return frozen;
  }

  /** Pages for rows. */
  PageStock pages() {
    return pages;
  }

  /** A frozen state opens, and a generation begins. */
  public void freeze() {
    Verify.verify(!frozen, "the state is frozen already; release the frozen state first");
    pages.trim();
    number++;
    frozen = true;
  }

  /** The frozen state is released; callable from any thread. */
  public void thaw() {
    frozen = false;
    release(copiedBytes.getAndSet(0));
  }

  /** Gives memory back that an open frozen state may hold: then it counts until the thaw. */
  void releaseHeld(long bytes) {
    if (frozen) {
      copiedBytes.addAndGet(bytes);
    } else {
      release(bytes);
    }
  }

  /** Accounts for memory that lives until the thaw. */
  public void reserveCopy(long bytes) {
    reserve(bytes);
    copiedBytes.addAndGet(bytes);
  }

  /** Takes memory, or fails with code RESOURCE. */
  public void reserve(long bytes) {
    if (pool == null || pool.tryReserve(bytes)) {
      return;
    }
    pages.shed();
    if (!pool.tryReserve(bytes)) {
      whenFull.run();
      pool.reserve(bytes);
    }
  }

  /** The failure, with code RESOURCE, for what no memory of any size would take. */
  WeftException outgrown(String message) {
    whenFull.run();
    return new WeftException(ErrorCode.RESOURCE, message);
  }

  /** Gives memory back. */
  public void release(long bytes) {
    if (pool != null) {
      pool.release(bytes);
    }
  }

  /** Gives all memory back. */
  public void close() {
    if (pool != null) {
      pool.close();
    }
  }
}
