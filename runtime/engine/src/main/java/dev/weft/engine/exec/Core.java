package dev.weft.engine.exec;

import dev.weft.engine.world.Clock;
import dev.weft.engine.world.Seam;
import dev.weft.engine.world.TaskThreads;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that calls the ready ones among its tasklets in turn and sleeps when none is.
 *
 * <p>While a tasklet is being called, the watchdog may take all others away ({@link #takeOver}):
 * the list is then the watchdog's until it says so, and this core keeps the one tasklet that
 * blocks.
 */
final class Core implements TaskThreads.Body {
  private static final Logger LOG = LoggerFactory.getLogger(Core.class);
  private static final VarHandle RUNNING;

  /**
   * How long sources run in a pass over the tasklets. What they bring should still be in the
   * processor's caches when it is taken, and yet be enough to fill batches.
   */
  static final long SOURCES_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

  /** Stands in {@link #running} while the watchdog moves tasklets. */
  private static final TaskletHandle TAKEN = new TaskletHandle(null, false);

  static {
    try {
      RUNNING = MethodHandles.lookup().findVarHandle(Core.class, "running", TaskletHandle.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final MethodHandle CALL =
      Seam.at(MethodHandles.lookup(), Tasklet.class, "call", Tasklet.Progress.class);

  private final MethodHandle seam = CALL;
  private final String name;
  private final Clock clock;
  private final Queue<TaskletHandle> arrivals = new ConcurrentLinkedQueue<>();
  private List<TaskletHandle> tasklets = new ArrayList<>();

  /** The source that is the next one's turn; null for the first. */
  private TaskletHandle nextSource;

  private volatile TaskletHandle running;
  private volatile long calls;
  private volatile boolean endsWhenEmpty;
  private volatile boolean ended;
  private volatile TaskThreads.TaskThread thread;

  /**
   * A core that does not run yet.
   *
   * @param endsWhenEmpty whether the thread ends with its last tasklet
   */
  Core(String name, Clock clock, boolean endsWhenEmpty) {
    this.name = name;
    this.clock = clock;
    this.endsWhenEmpty = endsWhenEmpty;
  }

  void start(TaskThreads threads) {
    thread = threads.start(name, this);
    thread.wake();
  }

  void add(TaskletHandle handle) {
    handle.place(this);
    arrivals.add(handle);
    wake();
  }

  void wake() {
    TaskThreads.TaskThread current = thread;
    if (current != null) {
      current.wake();
    }
  }

  void interrupt() {
    thread.interrupt();
  }

  void stop() {
    thread.stop();
  }

  /** The thread ends with its last tasklet from now on. */
  void endWhenEmpty() {
    endsWhenEmpty = true;
  }

  /** Whether the thread ended with its last tasklet. */
  boolean ended() {
    return ended;
  }

  List<StackTraceElement> stack() {
    TaskThreads.TaskThread current = thread;
    return current == null ? List.of() : current.stack();
  }

  /** How long the thread has had a processor, in ns; 0 when that is not known. */
  long cpuNanos() {
    TaskThreads.TaskThread current = thread;
    return current == null ? 0 : current.cpuNanos();
  }

  /** Whether the thread could go on if it had a processor. */
  boolean wantsProcessor() {
    TaskThreads.TaskThread current = thread;
    return current != null && current.wantsProcessor();
  }

  /** The tasklet in a call now, or null. */
  TaskletHandle running() {
    return running;
  }

  /** Counts calls, so that a watcher can tell one from the next. */
  long calls() {
    return calls;
  }

  /**
   * Calls what is ready, each tasklet at most once. Sources give way when they have run for long
   * enough, so that what they brought is taken before they bring more, however many share the core;
   * the next pass goes on with the next source.
   */
  @Override
  public long runOnce() {
    for (TaskletHandle next = arrivals.poll(); next != null; next = arrivals.poll()) {
      tasklets.add(next);
    }
    long now = clock.nanoTime();
    long wanted = Long.MAX_VALUE;
    boolean again = false;
    TaskletHandle awaited = nextSource;
    nextSource = null;
    long left = SOURCES_NANOS;
    int index = 0;
    while (index < tasklets.size()) {
      TaskletHandle handle = tasklets.get(index);
      boolean waits = false;
      if (handle.tasklet().isSource()) {
        awaited = handle == awaited ? null : awaited;
        waits = awaited != null || left <= 0;
        if (awaited == null && waits && nextSource == null) {
          nextSource = handle;
        }
      }
      long due = handle.ready() ? now : handle.tasklet().nextCallNanos();
      if (waits || due == Long.MAX_VALUE || due > now) {
        wanted = Math.min(wanted, due);
        index++;
        continue;
      }
      Tasklet.Progress progress = call(handle);
      if (progress == null) {
        return 0;
      }
      long end = clock.nanoTime();
      left -= handle.tasklet().isSource() ? end - now : 0;
      if (progress == Tasklet.Progress.DONE) {
        tasklets.remove(index);
        again = true;
      } else if (progress == Tasklet.Progress.MADE) {
        handle.ready(true);
        handle.addBusy(end - now);
        again = true;
        index++;
      } else {
        wanted = Math.min(wanted, handle.ready() ? end : handle.tasklet().nextCallNanos());
        index++;
      }
      now = end;
    }
    return sleepNanos(again, wanted, now);
  }

  private long sleepNanos(boolean again, long wanted, long now) {
    if (tasklets.isEmpty() && endsWhenEmpty && arrivals.isEmpty()) {
      if (thread == null) {
        return 0; // start() has not come back yet
      }
      ended = true;
      stop();
      return Long.MAX_VALUE;
    }
    if (again || !arrivals.isEmpty() || (wanted != Long.MAX_VALUE && wanted <= now)) {
      return 0;
    }
    return wanted == Long.MAX_VALUE ? Long.MAX_VALUE : wanted - now;
  }

  /** Calls a tasklet; null when the others were taken away meanwhile. */
  private Tasklet.Progress call(TaskletHandle handle) {
    handle.ready(false);
    calls++;
    running = handle;
    Tasklet.Progress progress = callGuarded(handle.tasklet());
    if (RUNNING.compareAndSet(this, handle, null)) {
      return progress;
    }
    while (running != null) {
      Thread.onSpinWait();
    }
    handle.ready(true);
    if (progress == Tasklet.Progress.DONE) {
      tasklets.remove(handle);
    }
    return null;
  }

  private Tasklet.Progress callGuarded(Tasklet tasklet) {
    try {
      return (Tasklet.Progress) seam.invokeExact(tasklet);
    } catch (Throwable e) {
      LOG.error(
          "The tasklet {} threw, against its contract; it is not called again", tasklet.name(), e);
      return Tasklet.Progress.DONE;
    }
  }

  /**
   * Moves all tasklets but the given one, which is in a call that does not end, to a core that does
   * not run yet. Called by the watchdog.
   *
   * @return false when the call ended meanwhile and nothing was moved
   */
  boolean takeOver(TaskletHandle culprit, Core successor) {
    if (!RUNNING.compareAndSet(this, culprit, TAKEN)) {
      return false;
    }
    culprit.makeBlocking();
    for (TaskletHandle handle : tasklets) {
      if (handle != culprit) {
        successor.add(handle);
      }
    }
    for (TaskletHandle next = arrivals.poll(); next != null; next = arrivals.poll()) {
      successor.add(next);
    }
    tasklets = new ArrayList<>(List.of(culprit));
    nextSource = null;
    running = null;
    return true;
  }
}
