package dev.weft.testing;

import dev.weft.api.fs.FileStore;
import dev.weft.engine.protocol.Artifact;
import dev.weft.engine.world.Background;
import dev.weft.engine.world.Clock;
import dev.weft.engine.world.CodeLoader;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.TaskThreads;
import dev.weft.engine.world.Transport;
import dev.weft.engine.world.World;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The world of a program under test: time that stands, files in memory, and nothing else. */
final class HarnessWorld implements World {
  private final ManualClock clock = new ManualClock();
  private final MemoryFiles files;
  private final ClassLoader code;
  private final RandomGenerator random = new SplittableRandom(1);

  HarnessWorld(MemoryFiles files, ClassLoader code) {
    this.files = files;
    this.code = code;
  }

  ManualClock manualClock() {
    return clock;
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public FileStore files() {
    return files;
  }

  @Override
  public CodeLoader code() {
    return new CodeLoader() {
      @Override
      public ClassLoader open(String jobId, List<Artifact> artifacts) {
        return code;
      }

      @Override
      public void close(String jobId) {}
    };
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public Loop loop() {
    throw absent("control thread");
  }

  @Override
  public Background background() {
    throw absent("background work");
  }

  @Override
  public TaskThreads taskThreads() {
    throw absent("threads");
  }

  @Override
  public Transport transport() {
    throw absent("network");
  }

  private static UnsupportedOperationException absent(String what) {
    return new UnsupportedOperationException("a test harness has no " + what);
  }
}
