package dev.weft.engine.world;

import java.util.List;

/** Threads that run tasklets. In production real threads; in the simulator steps of its queue. */
public interface TaskThreads {
  /** Starts a thread that calls the body again and again until stopped. */
  TaskThread start(String name, Body body);

  /** How many threads can run at the same time; more than these only take turns. */
  default int processors() {
    return Integer.MAX_VALUE;
  }

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
    /**
     * Makes a sleeping thread run; when the body is running, it is called once more before the
     * thread sleeps. Callable from any thread.
     */
    void wake();

    /** Ends the thread after the current call of the body; does not wait. */
    void stop();

    /** Interrupts a body that blocks. */
    void interrupt();

    /**
     * Whether the thread could go on if it had a processor; false when it waits for something else,
     * and when that is not known.
     */
    default boolean wantsProcessor() {
      return false;
    }

    /** How long the thread has had a processor so far, in ns; 0 when that is not known. */
    default long cpuNanos() {
      return 0;
    }

    /** Where the thread is now, innermost call first, for messages; empty when it is not known. */
    default List<StackTraceElement> stack() {
      return List.of();
    }
  }
}
