package dev.weft.engine.server.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.world.TaskThreads.TaskThread;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ParkingThreadsTest {
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final ParkingThreads threads = new ParkingThreads(failure::set);

  @Test
  void noWakeUpIsLost() throws Exception {
    int rounds = 100_000;
    ConcurrentLinkedQueue<Integer> input = new ConcurrentLinkedQueue<>();
    ArrayBlockingQueue<Integer> output = new ArrayBlockingQueue<>(1);
    TaskThread thread =
        threads.start(
            "echo",
            () -> {
              Integer item = input.poll();
              if (item == null) {
                return Long.MAX_VALUE;
              }
              output.add(item);
              return 0;
            });
    for (int i = 0; i < rounds; i++) {
      input.add(i);
      thread.wake();
      Integer answer = output.poll(60, TimeUnit.SECONDS);
      assertEquals(i, answer, "the thread slept through a wake-up");
    }
    thread.stop();
  }

  @Test
  void theStackShowsWhatTheBodyDoes() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    TaskThread thread =
        threads.start(
            "stuck",
            () -> {
              inside.countDown();
              try {
                leave.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return Long.MAX_VALUE;
            });
    assertTrue(inside.await(60, TimeUnit.SECONDS));
    String own = ParkingThreadsTest.class.getName();
    assertTrue(thread.stack().stream().anyMatch(frame -> frame.getClassName().equals(own)));
    assertFalse(thread.wantsProcessor(), "it waits for the latch");
    leave.countDown();
    thread.stop();
  }

  @Test
  void aBodyThatComputesWantsAProcessorAndUsesIt() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    AtomicBoolean leave = new AtomicBoolean();
    TaskThread thread =
        threads.start(
            "busy",
            () -> {
              inside.countDown();
              while (!leave.get()) {
                Thread.onSpinWait();
              }
              return Long.MAX_VALUE;
            });
    assertTrue(inside.await(60, TimeUnit.SECONDS));
    assertTrue(thread.wantsProcessor());
    long before = thread.cpuNanos();
    while (thread.cpuNanos() == before) {
      Thread.onSpinWait();
    }
    leave.set(true);
    thread.stop();
  }

  @Test
  void aSleepEndsByItself() throws Exception {
    CountDownLatch calls = new CountDownLatch(3);
    TaskThread thread =
        threads.start(
            "sleeper",
            () -> {
              calls.countDown();
              return 1000;
            });
    assertTrue(calls.await(60, TimeUnit.SECONDS));
    thread.stop();
  }

  @Test
  void aStoppedThreadEndsAfterItsCall() throws Exception {
    AtomicReference<Thread> running = new AtomicReference<>();
    CountDownLatch called = new CountDownLatch(1);
    TaskThread thread =
        threads.start(
            "stopped",
            () -> {
              running.set(Thread.currentThread());
              called.countDown();
              return Long.MAX_VALUE;
            });
    assertTrue(called.await(60, TimeUnit.SECONDS));
    thread.stop();
    running.get().join(60_000);
    assertEquals(Thread.State.TERMINATED, running.get().getState());
  }

  @Test
  void anInterruptReachesABodyThatBlocksAndDoesNotMakeTheThreadSpin() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    TaskThread thread =
        threads.start(
            "blocker",
            () -> {
              if (calls.incrementAndGet() == 1) {
                blocked.countDown();
                try {
                  new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                  interrupted.countDown();
                }
              }
              return Long.MAX_VALUE;
            });
    assertTrue(blocked.await(60, TimeUnit.SECONDS));
    thread.interrupt();
    assertTrue(interrupted.await(60, TimeUnit.SECONDS));
    thread.stop();
  }

  @Test
  void aBodyThatThrowsIsReported() throws Exception {
    CountDownLatch reported = new CountDownLatch(1);
    new ParkingThreads(e -> reported.countDown())
        .start(
            "thrower",
            () -> {
              throw new IllegalStateException("planned");
            });
    assertTrue(reported.await(60, TimeUnit.SECONDS));
  }
}
