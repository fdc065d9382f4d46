package dev.weft.engine.server.host;

import dev.weft.api.fs.FileStore;
import dev.weft.engine.world.Background;
import dev.weft.engine.world.Clock;
import dev.weft.engine.world.CodeLoader;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.TaskThreads;
import dev.weft.engine.world.Transport;
import dev.weft.engine.world.World;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** The world of one process, or of one of several parts of a process. */
public final class ProductionWorld implements World, AutoCloseable {
  private static final int BACKGROUND_THREADS = 16;

  /** A control thread that does not answer for six times this long has stalled. */
  private static final long WATCH_INTERVAL_MILLIS = 5_000;

  private final Clock clock = new SystemClock();
  private final RandomGenerator random = new SplittableRandom(new SecureRandom().nextLong());
  private final FileStore files;
  private final CodeLoader code;
  private final ControlThread loop;
  private final LoopWatchdog watchdog;
  private final BackgroundPool background;
  private final TaskThreads taskThreads;
  private final Transport transport;

  /**
   * Starts the control thread.
   *
   * @param name before the names of threads
   * @param files closed by whoever opened it
   * @param code closed by whoever opened it
   * @param network makes the transport, given the control thread
   * @param onFailure hears of an exception that nobody caught, and of a control thread that has
   *     stalled; called on any thread
   */
  public ProductionWorld(
      String name,
      FileStore files,
      CodeLoader code,
      Function<Loop, Transport> network,
      Consumer<Throwable> onFailure) {
    this.files = files;
    this.code = code;
    this.loop = new ControlThread(name + "-control", onFailure);
    this.watchdog = new LoopWatchdog(loop, WATCH_INTERVAL_MILLIS, onFailure);
    this.background = new BackgroundPool(name + "-background", BACKGROUND_THREADS, loop);
    this.taskThreads = new ParkingThreads(onFailure);
    this.transport = network.apply(loop);
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public Background background() {
    return background;
  }

  @Override
  public TaskThreads taskThreads() {
    return taskThreads;
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public FileStore files() {
    return files;
  }

  @Override
  public CodeLoader code() {
    return code;
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  /** Stops the threads and closes the network; what is queued is dropped. */
  @Override
  public void close() {
    watchdog.close();
    loop.stop();
    background.stop();
    if (transport instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("the network can not be closed", e);
      }
    }
  }
}
