package dev.weft.engine.server.host;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Notices that a control thread no longer gets through its queue: a process that only seems to live
 * is worse than one that is gone. It counts its own checks, not time, so that a machine or process
 * that was paused as a whole gets the same patience as before.
 */
public final class LoopWatchdog implements AutoCloseable {
  private static final int CHECKS_MAX = 6;

  private final ControlThread loop;
  private final long intervalMillis;
  private final Consumer<Throwable> onStall;
  private final AtomicLong answered = new AtomicLong();
  private final Thread thread;
  private volatile boolean stopped;

  /**
   * Starts watching.
   *
   * @param intervalMillis between two checks; after six without an answer the thread counts as
   *     stalled
   * @param onStall called once, on the watchdog's thread, with the stack of the control thread
   */
  public LoopWatchdog(ControlThread loop, long intervalMillis, Consumer<Throwable> onStall) {
    this.loop = loop;
    this.intervalMillis = intervalMillis;
    this.onStall = onStall;
    this.thread = new Thread(this::watch, loop.name() + "-watchdog");
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    long asked = 0;
    int unanswered = 0;
    while (!stopped) {
      if (answered.get() == asked) {
        unanswered = 0;
        asked++;
        long question = asked;
        loop.execute(() -> answered.set(question));
      } else {
        unanswered++;
        if (unanswered == CHECKS_MAX) {
          onStall.accept(stall());
          return;
        }
      }
      try {
        Thread.sleep(intervalMillis);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private Throwable stall() {
    IllegalStateException stall =
        new IllegalStateException(
            "The thread "
                + loop.name()
                + " has not answered for "
                + CHECKS_MAX * intervalMillis
                + " ms; it is at the place of this stack");
    stall.setStackTrace(loop.stack());
    return stall;
  }

  @Override
  public void close() {
    stopped = true;
    thread.interrupt();
  }
}
