package dev.weft.engine.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.engine.world.Clock;
import dev.weft.engine.world.TaskThreads;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.Test;

/**
 * Work that is put before a wake-up is done, whatever the threads' order: of all schedules that the
 * model checker tries, none leaves the core asleep with work to do.
 */
class CoreWakeUpTest {
  private static final int INVOCATIONS = 100;
  private static final int PRODUCERS = 1;

  /** Time that stands: a core sleeps until it is woken. */
  private static final Clock STANDING =
      new Clock() {
        @Override
        public long currentTimeMillis() {
          return 0;
        }

        @Override
        public long nanoTime() {
          return 0;
        }
      };

  /** Work that producers put and the core's tasklet takes. */
  private static final class Work implements Tasklet {
    final AtomicInteger put = new AtomicInteger();
    int done;

    @Override
    public String name() {
      return "work";
    }

    @Override
    public Progress call() {
      int all = put.get();
      boolean any = all > done;
      done = all;
      return done == PRODUCERS ? Progress.DONE : any ? Progress.MADE : Progress.NONE;
    }

    @Override
    public long nextCallNanos() {
      return Long.MAX_VALUE;
    }
  }

  /** A thread of the test that calls the core as threads of the host do. */
  private static final class Caller implements TaskThreads, TaskThreads.TaskThread {
    private final Thread thread = Thread.currentThread();
    private volatile boolean woken;
    private volatile boolean stopped;

    @Override
    public TaskThread start(String name, Body body) {
      return this;
    }

    @Override
    public void wake() {
      woken = true;
      LockSupport.unpark(thread);
    }

    @Override
    public void stop() {
      stopped = true;
    }

    @Override
    public void interrupt() {}

    void callUntilStopped(Core core) {
      while (!stopped) {
        woken = false;
        if (core.runOnce() == Long.MAX_VALUE) {
          while (!woken && !stopped) {
            LockSupport.park();
          }
        }
      }
    }
  }

  @Test
  void noWakeUpOfATaskletIsLost() {
    Lincheck.runConcurrentTest(INVOCATIONS, () -> run(false));
  }

  /** The checker finds what it looks for. */
  @Test
  void workPutAfterTheWakeUpIsFoundToBeLost() {
    assertThrows(
        LincheckAssertionError.class,
        () -> Lincheck.runConcurrentTest(INVOCATIONS * 40, () -> run(true)));
  }

  private static void run(boolean wrongOrder) {
    Work work = new Work();
    Caller caller = new Caller();
    Core core = new Core("core", STANDING, true);
    core.start(caller);
    TaskletHandle handle = new TaskletHandle(work, false);
    core.add(handle);
    Thread[] producers = new Thread[PRODUCERS];
    for (int i = 0; i < PRODUCERS; i++) {
      producers[i] =
          new Thread(
              () -> {
                if (wrongOrder) {
                  handle.wake();
                  work.put.incrementAndGet();
                } else {
                  work.put.incrementAndGet();
                  handle.wake();
                }
              });
      producers[i].start();
    }
    caller.callUntilStopped(core);
    assertEquals(PRODUCERS, work.done);
  }
}
