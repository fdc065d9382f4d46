package dev.weft.yarn;

import dev.weft.api.fs.FileStore;
import dev.weft.engine.world.Background;
import dev.weft.engine.world.Clock;
import dev.weft.engine.world.CodeLoader;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.TaskThreads;
import dev.weft.engine.world.Transport;
import dev.weft.engine.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A clock that stands and a loop whose scheduled actions run when a test says so. */
final class FakeWorld implements World {
  long nanos = 1;
  private final List<Runnable> scheduled = new ArrayList<>();

  /** Runs everything that is scheduled now. */
  void runScheduled() {
    List<Runnable> due = List.copyOf(scheduled);
    scheduled.clear();
    due.forEach(Runnable::run);
  }

  @Override
  public Clock clock() {
    return new Clock() {
      @Override
      public long nanoTime() {
        return nanos;
      }

      @Override
      public long currentTimeMillis() {
        return nanos / 1_000_000;
      }
    };
  }

  @Override
  public Loop loop() {
    return new Loop() {
      @Override
      public void execute(Runnable action) {
        action.run();
      }

      @Override
      public Timer schedule(long delayMillis, Runnable action) {
        scheduled.add(action);
        return () -> scheduled.remove(action);
      }
    };
  }

  @Override
  public Background background() {
    throw new UnsupportedOperationException();
  }

  @Override
  public TaskThreads taskThreads() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Transport transport() {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileStore files() {
    throw new UnsupportedOperationException();
  }

  @Override
  public CodeLoader code() {
    throw new UnsupportedOperationException();
  }

  @Override
  public RandomGenerator random() {
    throw new UnsupportedOperationException();
  }
}
