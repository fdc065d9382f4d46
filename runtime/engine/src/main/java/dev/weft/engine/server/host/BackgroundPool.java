package dev.weft.engine.server.host;

import dev.weft.engine.world.Background;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Outcome;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** {@link Background} on a bounded pool of daemon threads. */
final class BackgroundPool implements Background {
  private static final long IDLE_SECONDS = 30;

  private final Loop loop;
  private final ThreadPoolExecutor pool;

  BackgroundPool(String name, int threads, Loop loop) {
    this.loop = loop;
    AtomicInteger number = new AtomicInteger();
    this.pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());
    pool.allowCoreThreadTimeOut(true);
  }

  @Override
  public <T> void run(String name, Callable<T> work, Consumer<Outcome<T>> then) {
    pool.execute(() -> call(work, then));
  }

  @Override
  public Lane lane(String name) {
    return new SerialLane();
  }

  /** Interrupts what runs and drops the rest. */
  void stop() {
    pool.shutdownNow();
  }

  private <T> void call(Callable<T> work, Consumer<Outcome<T>> then) {
    Outcome<T> outcome;
    try {
      outcome = new Outcome.Success<>(work.call());
    } catch (Throwable e) {
      outcome = new Outcome.Failure<>(e);
    }
    Outcome<T> result = outcome;
    loop.execute(() -> then.accept(result));
  }

  private final class SerialLane implements Lane {
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean active;
    private boolean closed;

    @Override
    public <T> void run(Callable<T> work, Consumer<Outcome<T>> then) {
      synchronized (this) {
        if (closed) {
          return;
        }
        waiting.add(() -> call(work, then));
        if (active) {
          return;
        }
        active = true;
      }
      pool.execute(this::runNext);
    }

    @Override
    public synchronized void close() {
      closed = true;
      waiting.clear();
    }

    /** One piece at a time, so that a busy lane does not keep a thread from the others. */
    private void runNext() {
      Runnable next;
      synchronized (this) {
        next = waiting.poll();
        if (next == null) {
          active = false;
          return;
        }
      }
      next.run();
      pool.execute(this::runNext);
    }
  }
}
