package dev.weft.engine.exec;

import dev.weft.engine.world.Clock;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.TaskThreads;
import dev.weft.engine.world.World;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of the data plane of one process. Cooperative tasklets share one thread per slot or
 * processor, whichever are fewer; tasklets that block have one each. A watchdog finds calls that
 * block undeclared: it gives the other tasklets of that thread a new one, and the culprit keeps the
 * old one for good. A call that lasts because it computes, or because its thread gets no processor,
 * is not meant: code that is not compiled yet, state that is fixed for a checkpoint and a busy
 * machine bring such calls, and one more thread would take its turns from the same processors. Only
 * a call that computes for very long gets a thread of its own. Used on the control thread.
 */
public final class Cores {
  private static final Logger LOG = LoggerFactory.getLogger(Cores.class);

  /** A call is undeclared blocking when it is seen in so many looks in a row. */
  private static final int LOOKS = 3;

  /** A call that computes may take so many times as long as one that waits. */
  private static final int COMPUTING_TIMES = 10;

  private final TaskThreads threads;
  private final Clock clock;
  private final Loop loop;
  private final long lookMillis;
  private final List<Core> cores = new ArrayList<>();
  private final List<Core> own = new ArrayList<>();
  private final List<Watch> watches = new ArrayList<>();
  private Loop.Timer watchdog;

  /**
   * Starts the threads.
   *
   * @param count how many threads cooperative tasklets share; when there are not so many
   *     processors, as many as there are, because more would only take turns
   * @param blockingCallMillis a call that takes longer than about this counts as blocking; 0
   *     switches the watchdog off
   */
  public Cores(World world, int count, long blockingCallMillis) {
    this.threads = world.taskThreads();
    this.clock = world.clock();
    this.loop = world.loop();
    this.lookMillis = (blockingCallMillis + LOOKS - 2) / (LOOKS - 1);
    int shared = Math.min(count, threads.processors());
    for (int i = 0; i < shared; i++) {
      Core core = new Core("core-" + i, clock, false);
      core.start(threads);
      cores.add(core);
      watches.add(new Watch(blockingCallMillis * COMPUTING_TIMES * 1_000_000));
    }
    if (lookMillis > 0) {
      watchdog = loop.schedule(lookMillis, this::look);
    }
  }

  /**
   * Makes a tasklet run.
   *
   * @param slot tasklets of one slot share a core
   * @param blocking whether calls may block, so that the tasklet needs a thread of its own
   */
  public TaskletHandle submit(Tasklet tasklet, int slot, boolean blocking) {
    TaskletHandle handle = new TaskletHandle(tasklet, blocking);
    Core core;
    if (blocking) {
      core = new Core(tasklet.name(), clock, true);
      own.removeIf(Core::ended);
      own.add(core);
      core.add(handle);
      core.start(threads);
    } else {
      core = cores.get(Math.floorMod(slot, cores.size()));
      core.add(handle);
    }
    return handle;
  }

  /** Ends all threads; tasklets are not called any more. */
  public void stop() {
    if (watchdog != null) {
      watchdog.cancel();
    }
    cores.forEach(Core::stop);
    own.forEach(Core::stop);
  }

  private void look() {
    for (int i = 0; i < cores.size(); i++) {
      Core core = cores.get(i);
      TaskletHandle culprit = watches.get(i).suspect(core);
      if (culprit != null) {
        replace(i, core, culprit);
      }
    }
    watchdog = loop.schedule(lookMillis, this::look);
  }

  private void replace(int index, Core core, TaskletHandle culprit) {
    List<StackTraceElement> stack = culprit.stack();
    Core successor = new Core("core-" + index, clock, false);
    if (!core.takeOver(culprit, successor)) {
      return;
    }
    successor.start(threads);
    cores.set(index, successor);
    core.endWhenEmpty();
    own.add(core);
    LOG.warn(
        "{} blocks its thread; it keeps that thread from now on and the other tasks of the core"
            + " get a new one. Declare blocking functions as such. It is at:\n    {}",
        culprit,
        String.join("\n    ", stack.stream().map(String::valueOf).toList()));
  }

  /** What the watchdog saw of one core. */
  static final class Watch {
    private final long cpuNanosMax;
    private long calls = -1;
    private int looks;
    private long cpuNanosBefore;

    /**
     * A watch.
     *
     * @param cpuNanosMax a call that does not wait is no suspect before it had a processor so long
     */
    Watch(long cpuNanosMax) {
      this.cpuNanosMax = cpuNanosMax;
    }

    /**
     * The tasklet that waited in one call over several looks, or computed for too long; or null.
     */
    TaskletHandle suspect(Core core) {
      long seen = core.calls();
      TaskletHandle running = core.running();
      if (running == null || seen != calls) {
        calls = seen;
        looks = running == null ? 0 : 1;
        cpuNanosBefore = core.cpuNanos();
        return null;
      }
      if (core.wantsProcessor()) {
        looks = 1;
        return core.cpuNanos() - cpuNanosBefore < cpuNanosMax ? null : running;
      }
      looks++;
      if (looks < LOOKS) {
        return null;
      }
      looks = 0;
      return running;
    }
  }
}
