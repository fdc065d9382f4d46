package dev.weft.engine.server.host;

import dev.weft.engine.world.TaskThreads;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** {@link TaskThreads} that are threads, which park when they have nothing to do. */
final class ParkingThreads implements TaskThreads {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final boolean CPU_TIME_KNOWN =
      THREADS.isThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled();

  private final Consumer<Throwable> onFailure;

  /**
   * Makes threads on demand.
   *
   * @param onFailure hears of a body that threw; its thread has ended
   */
  ParkingThreads(Consumer<Throwable> onFailure) {
    this.onFailure = onFailure;
  }

  @Override
  public TaskThread start(String name, Body body) {
    ParkingThread thread = new ParkingThread(name, body, onFailure);
    thread.thread.start();
    return thread;
  }

  @Override
  public int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  /**
   * The state has three values. A wake-up always leaves WOKEN behind; the thread takes it away
   * before it calls the body, so that whatever was done before the wake-up is seen by that call,
   * and it parks only if it can change RUNNING to PARKED, that is if nobody woke it meanwhile.
   */
  private static final class ParkingThread implements TaskThread {
    private static final int RUNNING = 0;
    private static final int WOKEN = 1;
    private static final int PARKED = 2;

    private final AtomicInteger state = new AtomicInteger(RUNNING);
    private final Body body;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;
    private volatile boolean stopped;

    ParkingThread(String name, Body body, Consumer<Throwable> onFailure) {
      this.body = body;
      this.onFailure = onFailure;
      this.thread = new Thread(this::run, name);
      thread.setDaemon(true);
    }

    @Override
    public void wake() {
      if (state.get() != WOKEN && state.getAndSet(WOKEN) == PARKED) {
        LockSupport.unpark(thread);
      }
    }

    @Override
    public void stop() {
      stopped = true;
      wake();
    }

    @Override
    public void interrupt() {
      thread.interrupt();
    }

    @Override
    public boolean wantsProcessor() {
      if (thread.getState() != Thread.State.RUNNABLE) {
        return false;
      }
      StackTraceElement[] stack = thread.getStackTrace();
      return stack.length > 0 && (!stack[0].isNativeMethod() || isUnpark(stack[0]));
    }

    /** Reading a socket is native and RUNNABLE as well, but waits; this never does. */
    private static boolean isUnpark(StackTraceElement call) {
      return call.getMethodName().equals("unpark");
    }

    @Override
    public long cpuNanos() {
      return CPU_TIME_KNOWN ? Math.max(0, THREADS.getThreadCpuTime(thread.getId())) : 0;
    }

    @Override
    public List<StackTraceElement> stack() {
      return List.of(thread.getStackTrace());
    }

    private void run() {
      try {
        while (!stopped) {
          state.set(RUNNING);
          long sleepNanos = body.runOnce();
          if (sleepNanos > 0) {
            sleep(sleepNanos);
          }
        }
      } catch (Throwable e) {
        onFailure.accept(e);
      }
    }

    private void sleep(long nanos) {
      // An interrupt that was meant for a body that blocked must not keep us from parking.
      Thread.interrupted();
      if (!state.compareAndSet(RUNNING, PARKED)) {
        return;
      }
      if (nanos == Long.MAX_VALUE) {
        while (state.get() == PARKED) {
          LockSupport.park(this);
          Thread.interrupted();
        }
        return;
      }
      long end = System.nanoTime() + nanos;
      while (state.get() == PARKED) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return;
        }
        LockSupport.parkNanos(this, left);
        Thread.interrupted();
      }
    }
  }
}
