package dev.weft.itests;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other processes do. */
public final class Await {
  private static final long INTERVAL_NANOS = Duration.ofMillis(100).toNanos();

  private Await() {}

  /** Something that comes true at some time. */
  @FunctionalInterface
  public interface Condition {
    /** Whether it is true now. */
    boolean holds() throws Exception;
  }

  /**
   * Waits until a condition holds.
   *
   * @throws AssertionError that names it, when it does not come true in time
   */
  public static void until(String what, Duration atMost, Condition condition) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      try {
        if (condition.holds()) {
          return;
        }
      } catch (Exception e) {
        throw new AssertionError("While waiting until " + what, e);
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Waited " + atMost.toSeconds() + " s until " + what);
      }
      LockSupport.parkNanos(INTERVAL_NANOS);
    }
  }
}
