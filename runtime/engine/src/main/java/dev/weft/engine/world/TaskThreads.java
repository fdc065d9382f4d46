package dev.weft.engine.world;

/** Threads that run tasklets. In production real threads; in the simulator steps of its queue. */
public interface TaskThreads {
  /** Starts a thread that calls the body again and again until stopped. */
  TaskThread start(String name, Body body);

  /** What a thread does in turn. */
  interface Body {
    /**
     * Does some work.
     *
     * @return 0 to be called again at once; otherwise how many nanoseconds the thread may sleep
     *     unless woken, at most {@link Long#MAX_VALUE}
     */
    long runOnce();
  }

  /** A running thread. */
  interface TaskThread {
    /** Makes a sleeping thread run; cheap when it runs. Callable from any thread. */
    void wake();

    /** Ends the thread after the current call of the body; does not wait. */
    void stop();

    /** Interrupts a body that blocks. */
    void interrupt();
  }
}
