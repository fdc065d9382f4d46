package dev.weft.engine.simulated;

import dev.weft.api.fs.FileStore;
import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.protocol.Artifact;
import dev.weft.engine.world.Background;
import dev.weft.engine.world.Clock;
import dev.weft.engine.world.CodeLoader;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Oddity;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.Rule;
import dev.weft.engine.world.TaskThreads;
import dev.weft.engine.world.Transport;
import dev.weft.engine.world.World;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The world of one simulated process. */
public final class SimulatedWorld implements World {
  private final Set<String> openCode = new TreeSet<>();
  private final SimulatedCluster cluster;
  private final String name;
  private final Transport transport;
  private final FileStore files;
  private boolean alive = true;
  private long pausedUntilNanos;
  private long wallOffsetMillis;

  SimulatedWorld(SimulatedCluster cluster, String name) {
    this.cluster = cluster;
    this.name = name;
    this.transport = cluster.network().transport(this);
    this.files = cluster.files().view(this);
  }

  /** The process's name, which is also its host name. */
  public String name() {
    return name;
  }

  /** Whether the process runs. */
  public boolean alive() {
    return alive;
  }

  void die() {
    alive = false;
  }

  void pauseUntil(long nanos) {
    pausedUntilNanos = Math.max(pausedUntilNanos, nanos);
  }

  /** Sets the wall clock of this process to be so far off the true time. */
  public void wallOffset(long millis) {
    wallOffsetMillis = millis;
  }

  long pausedUntilNanos() {
    return pausedUntilNanos;
  }

  /** This process's access to leader election. */
  public LeaderElection election() {
    return cluster.coordination().election(this);
  }

  /** Notes a line under this process's name. */
  public void note(String what) {
    cluster.note(name, what);
  }

  @Override
  public Clock clock() {
    return new Clock() {
      @Override
      public long currentTimeMillis() {
        return cluster.wallMillis() + wallOffsetMillis;
      }

      @Override
      public long nanoTime() {
        return cluster.nowNanos();
      }

      @Override
      public long millis() {
        return cluster.wallMillis() + wallOffsetMillis;
      }
    };
  }

  @Override
  public Loop loop() {
    return new Loop() {
      @Override
      public void execute(Runnable action) {
        cluster.schedule(SimulatedWorld.this, 0, action);
      }

      @Override
      public Timer schedule(long delayMillis, Runnable action) {
        SimulatedCluster.Event event =
            cluster.schedule(SimulatedWorld.this, delayMillis * 1_000_000L, action);
        return event::cancel;
      }
    };
  }

  @Override
  public Background background() {
    return new Background() {
      @Override
      public <T> void run(String work, Callable<T> callable, Consumer<Outcome<T>> then) {
        runLater(callable, then, () -> {});
      }

      @Override
      public Lane lane(String laneName) {
        return new SimulatedLane();
      }
    };
  }

  /** Runs work, then tells its outcome, then calls {@code delivered}. */
  private <T> void runLater(Callable<T> callable, Consumer<Outcome<T>> then, Runnable delivered) {
    long max = cluster.faults().backgroundMicrosMax();
    cluster.schedule(
        this,
        cluster.delayMicros(1, max),
        () -> {
          Outcome<T> outcome;
          try {
            outcome = new Outcome.Success<>(callable.call());
          } catch (Exception | LinkageError e) {
            outcome = new Outcome.Failure<>(e);
          }
          Outcome<T> result = outcome;
          cluster.schedule(
              this,
              cluster.delayMicros(0, max),
              () -> {
                then.accept(result);
                delivered.run();
              });
        });
  }

  /** Background work in sequence. */
  private final class SimulatedLane implements Background.Lane {
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean busy;
    private boolean closed;

    @Override
    public <T> void run(Callable<T> work, Consumer<Outcome<T>> then) {
      if (closed) {
        return;
      }
      waiting.add(() -> runLater(work, then, this::next));
      if (!busy) {
        busy = true;
        waiting.poll().run();
      }
    }

    private void next() {
      Runnable work = closed ? null : waiting.poll();
      if (work == null) {
        busy = false;
      } else {
        work.run();
      }
    }

    @Override
    public void close() {
      closed = true;
      waiting.clear();
    }
  }

  @Override
  public TaskThreads taskThreads() {
    return SimulatedThread::new;
  }

  /** A thread of the data plane: each call of its body is an event. */
  private final class SimulatedThread implements TaskThreads.TaskThread {
    private final TaskThreads.Body body;
    private SimulatedCluster.Event next;
    private boolean nextIsSoon;
    private boolean stopped;

    SimulatedThread(String threadName, TaskThreads.Body body) {
      this.body = body;
      runIn(0, true);
    }

    private void runIn(long nanos, boolean soon) {
      nextIsSoon = soon;
      next = cluster.schedule(SimulatedWorld.this, nanos, this::run);
    }

    private void run() {
      next = null;
      if (stopped) {
        return;
      }
      long pause = body.runOnce();
      if (stopped || next != null) {
        return;
      }
      if (pause == 0) {
        runIn(cluster.delayMicros(5, 100), true);
      } else if (pause < Long.MAX_VALUE) {
        runIn(pause, false);
      }
    }

    @Override
    public void wake() {
      if (stopped || (next != null && nextIsSoon)) {
        return;
      }
      if (next != null) {
        next.cancel();
      }
      runIn(cluster.delayMicros(1, 50), true);
    }

    @Override
    public void stop() {
      stopped = true;
    }

    @Override
    public void interrupt() {}
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
    return new CodeLoader() {
      @Override
      public ClassLoader open(String jobId, List<Artifact> artifacts) {
        openCode.add(jobId);
        return SimulatedWorld.class.getClassLoader();
      }

      @Override
      public void close(String jobId) {
        openCode.remove(jobId);
      }
    };
  }

  /** The jobs whose code is loaded. */
  public Set<String> openCode() {
    return openCode;
  }

  @Override
  public RandomGenerator random() {
    return cluster.random();
  }

  @Override
  public boolean keeps(Rule rule) {
    return cluster.keeps(rule);
  }

  @Override
  public boolean odd(Oddity oddity) {
    return cluster.odd(oddity);
  }
}
