package dev.weft.engine.server.host;

import dev.weft.engine.world.Loop;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jctools.queues.MpscUnboundedArrayQueue;

/**
 * A {@link Loop} on a thread of its own: a queue that any thread appends to, and a heap of timers
 * that only the thread itself touches. Equal times run in the order they were scheduled.
 */
public final class ControlThread implements Loop {
  private static final int QUEUE_CHUNK = 1024;
  private static final int CANCELED_TIMERS_MAX = 1024;

  private final MpscUnboundedArrayQueue<Runnable> queue =
      new MpscUnboundedArrayQueue<>(QUEUE_CHUNK);
  private final PriorityQueue<DueAction> timers = new PriorityQueue<>();
  private final Consumer<Throwable> onFailure;
  private final Thread thread;
  private volatile boolean parked;
  private volatile boolean stopped;
  private long sequence;
  private int canceledTimers;

  /**
   * Starts the thread.
   *
   * @param onFailure hears of an action that threw; called on the thread, which goes on unless it
   *     is stopped
   */
  public ControlThread(String name, Consumer<Throwable> onFailure) {
    this.onFailure = onFailure;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void execute(Runnable action) {
    queue.offer(action);
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public Timer schedule(long delayMillis, Runnable action) {
    long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.max(0, delayMillis));
    DueAction timer = new DueAction(due, action);
    if (Thread.currentThread() == thread) {
      add(timer);
    } else {
      execute(() -> add(timer));
    }
    return timer;
  }

  /** Whether the caller is on the control thread. */
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  String name() {
    return thread.getName();
  }

  /** Where the thread is. */
  StackTraceElement[] stack() {
    return thread.getStackTrace();
  }

  /** Ends the thread after the current action; what is queued is dropped. Does not wait. */
  public void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  /** Waits for the end of the thread, unless called on it. */
  public void join(long millis) throws InterruptedException {
    if (!isCurrent()) {
      thread.join(millis);
    }
  }

  private void add(DueAction timer) {
    if (timer.canceled) {
      return;
    }
    timer.sequence = sequence++;
    timer.queued = true;
    timers.add(timer);
  }

  private void run() {
    while (!stopped) {
      Runnable action = nextAction();
      if (action == null) {
        park();
      } else {
        try {
          action.run();
        } catch (Throwable e) {
          onFailure.accept(e);
        }
      }
    }
  }

  /** Timers that are due go first: the queue may never be empty. */
  private Runnable nextAction() {
    DueAction head = timers.peek();
    if (head != null && head.dueNanos - System.nanoTime() <= 0) {
      timers.poll();
      head.queued = false;
      if (head.canceled) {
        canceledTimers--;
        return () -> {};
      }
      return head.action;
    }
    return queue.poll();
  }

  private void park() {
    parked = true;
    // A producer either sees that we are about to park, or we see what it appended.
    if (queue.isEmpty() && !stopped) {
      DueAction head = timers.peek();
      if (head == null) {
        LockSupport.park(this);
      } else {
        long wait = head.dueNanos - System.nanoTime();
        if (wait > 0) {
          LockSupport.parkNanos(this, wait);
        }
      }
    }
    parked = false;
    // The control thread is never interrupted on purpose; a set flag would make it spin.
    Thread.interrupted();
  }

  private final class DueAction implements Timer, Comparable<DueAction> {
    private final long dueNanos;
    private volatile Runnable action;
    private long sequence;
    private boolean queued;
    private volatile boolean canceled;

    DueAction(long dueNanos, Runnable action) {
      this.dueNanos = dueNanos;
      this.action = action;
    }

    @Override
    public void cancel() {
      if (canceled) {
        return;
      }
      canceled = true;
      action = () -> {}; // what was to be done may hold a whole task, and this waits its time out
      if (isCurrent() && queued) {
        canceledTimers++;
        if (canceledTimers > CANCELED_TIMERS_MAX && canceledTimers > timers.size() / 2) {
          timers.removeIf(timer -> timer.canceled);
          canceledTimers = 0;
        }
      }
    }

    @Override
    public int compareTo(DueAction other) {
      int byTime = Long.compare(dueNanos - other.dueNanos, 0);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }
}
