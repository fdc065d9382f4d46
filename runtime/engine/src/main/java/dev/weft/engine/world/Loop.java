package dev.weft.engine.world;

/**
 * The control thread of a process: runs one thing at a time, in the order given. Control components
 * live on it and need no locks.
 */
public interface Loop {
  /** Runs an action soon on the control thread; callable from any thread. */
  void execute(Runnable action);

  /** Runs an action after a delay; callable from any thread. */
  Timer schedule(long delayMillis, Runnable action);

  /** A scheduled action. */
  interface Timer {
    /** Prevents the action if it has not begun. */
    void cancel();
  }
}
