package dev.weft.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.fs.FileStore;
import dev.weft.engine.world.Background;
import dev.weft.engine.world.Clock;
import dev.weft.engine.world.CodeLoader;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.TaskThreads;
import dev.weft.engine.world.Transport;
import dev.weft.engine.world.World;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A world without threads and time: everything waits until {@link #pump} does it, on the caller's
 * thread and in the order in which it was asked for. It has files and nothing else.
 */
final class PumpedWorld implements World, Loop, Background {
  private static final int STEPS_MAX = 100_000;

  private final FileStore files;
  private final Deque<Runnable> due = new ArrayDeque<>();

  PumpedWorld(FileStore files) {
    this.files = files;
  }

  /** Does everything that is due, and what becomes due by that. */
  void pump() {
    for (int steps = 0; !due.isEmpty(); steps++) {
      assertTrue(steps < STEPS_MAX, "there is no end");
      due.poll().run();
    }
  }

  @Override
  public void execute(Runnable action) {
    due.add(action);
  }

  @Override
  public Timer schedule(long delayMillis, Runnable action) {
    due.add(action);
    return () -> due.remove(action);
  }

  @Override
  public <T> void run(String name, Callable<T> work, Consumer<Outcome<T>> then) {
    lane(name).run(work, then);
  }

  @Override
  public Lane lane(String name) {
    return new Lane() {
      private boolean closed;

      @Override
      public <T> void run(Callable<T> work, Consumer<Outcome<T>> then) {
        due.add(
            () -> {
              if (!closed) {
                Outcome<T> outcome = outcomeOf(work);
                due.add(() -> then.accept(outcome));
              }
            });
      }

      @Override
      public void close() {
        closed = true;
      }
    };
  }

  private static <T> Outcome<T> outcomeOf(Callable<T> work) {
    try {
      return new Outcome.Success<>(work.call());
    } catch (Exception e) {
      return new Outcome.Failure<>(e);
    }
  }

  @Override
  public Loop loop() {
    return this;
  }

  @Override
  public Background background() {
    return this;
  }

  @Override
  public FileStore files() {
    return files;
  }

  @Override
  public Clock clock() {
    throw new UnsupportedOperationException("there is no time");
  }

  @Override
  public TaskThreads taskThreads() {
    throw new UnsupportedOperationException("there are no threads");
  }

  @Override
  public Transport transport() {
    throw new UnsupportedOperationException("there is no network");
  }

  @Override
  public CodeLoader code() {
    throw new UnsupportedOperationException("there is no code");
  }

  @Override
  public RandomGenerator random() {
    throw new UnsupportedOperationException("there is no chance");
  }
}
