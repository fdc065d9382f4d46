package dev.weft.engine.server.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopWatchdogTest {
  @Test
  void aStalledThreadIsReportedOnceWithItsStack() throws Exception {
    LinkedBlockingQueue<Throwable> stalls = new LinkedBlockingQueue<>();
    CountDownLatch release = new CountDownLatch(1);
    ControlThread loop = new ControlThread("loop", e -> assertNull(e, "no failure"));
    try (LoopWatchdog watchdog = new LoopWatchdog(loop, 1, stalls::add)) {
      loop.execute(() -> stall(release));
      Throwable stall = stalls.poll(60, TimeUnit.SECONDS);
      assertTrue(stall.getMessage().contains("loop"), stall.getMessage());
      assertTrue(
          Arrays.stream(stall.getStackTrace()).anyMatch(f -> f.getMethodName().equals("stall")));
      release.countDown();
    } finally {
      loop.stop();
    }
    assertEquals(0, stalls.size());
  }

  private static void stall(CountDownLatch release) {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
