package dev.weft.engine.server.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.weft.engine.world.TaskThreads;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/** Threads that park do not sleep through a wake-up, in any schedule the model checker tries. */
class ThreadWakeUpTest {
  private static final int INVOCATIONS = 200;

  @Test
  void aParkingThreadCallsItsBodyAfterEveryWakeUp() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          AtomicInteger work = new AtomicInteger();
          AtomicReference<Throwable> failure = new AtomicReference<>();
          Thread waiting = Thread.currentThread();
          TaskThreads.Body body =
              () -> {
                if (work.get() == 2) {
                  LockSupport.unpark(waiting);
                  work.set(3);
                }
                return Long.MAX_VALUE;
              };
          TaskThreads.TaskThread thread = new ParkingThreads(failure::set).start("body", body);
          Thread other = new Thread(() -> add(work, thread));
          other.start();
          add(work, thread);
          while (work.get() != 3) {
            LockSupport.park();
          }
          thread.stop();
          assertNull(failure.get());
        });
  }

  private static void add(AtomicInteger work, TaskThreads.TaskThread thread) {
    work.incrementAndGet();
    thread.wake();
  }

  @Test
  void theControlThreadRunsEveryActionOnceAndInOrder() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          AtomicReference<Throwable> failure = new AtomicReference<>();
          ControlThread control = new ControlThread("control", failure::set);
          StringBuilder order = new StringBuilder();
          AtomicInteger done = new AtomicInteger();
          Thread waiting = Thread.currentThread();
          Thread other = new Thread(() -> control.execute(() -> end(done, waiting)));
          other.start();
          control.execute(() -> order.append('a'));
          control.execute(
              () -> {
                order.append('b');
                end(done, waiting);
              });
          while (done.get() < 2) {
            LockSupport.park();
          }
          control.stop();
          assertEquals("ab", order.toString());
          assertNull(failure.get());
        });
  }

  private static void end(AtomicInteger done, Thread waiting) {
    done.incrementAndGet();
    LockSupport.unpark(waiting);
  }
}
