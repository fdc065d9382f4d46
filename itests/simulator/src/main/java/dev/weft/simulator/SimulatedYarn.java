package dev.weft.simulator;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.cluster.WorkerProvisioner;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.simulated.SimulatedWorld;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What stands for YARN's ResourceManager: gives containers after a while, keeps them when the
 * ApplicationMaster dies, tells the newest ApplicationMaster of those that end, late.
 */
final class SimulatedYarn {
  private static final long ALLOCATION_MILLIS_MAX = 1_500;
  private static final long NEWS_MILLIS_MAX = 800;
  private static final long RELEASE_MILLIS = 50;

  private final SimulatedCluster cluster;
  private final int slots;
  private final Function<String, SimulatedWorld> starter;
  private final Map<String, SimulatedWorld> containers = new LinkedHashMap<>();
  private ApplicationMaster current;
  private int lastContainer;
  private boolean nextDies;

  /**
   * An empty YARN.
   *
   * @param slots of each container
   * @param starter starts the process of a container
   */
  SimulatedYarn(SimulatedCluster cluster, int slots, Function<String, SimulatedWorld> starter) {
    this.cluster = cluster;
    this.slots = slots;
    this.starter = starter;
  }

  /** Slots of each container. */
  int slots() {
    return slots;
  }

  /** The processes of all containers that run. */
  List<SimulatedWorld> workers() {
    return new ArrayList<>(containers.values());
  }

  /** What a leader's process uses. */
  WorkerProvisioner provisioner(SimulatedWorld process) {
    return new ApplicationMaster(process);
  }

  /** A container's process is killed. */
  void killed(SimulatedWorld process) {
    cluster.kill(process);
    forget(process, ErrorCode.RESOURCE, "killed");
  }

  /** A container's process ended by itself. */
  void ended(SimulatedWorld process) {
    cluster.kill(process);
    forget(process, ErrorCode.DEPENDENCY, "it ended by itself");
  }

  /** The node of a container is lost: its process may run on, but nobody counts on it. */
  void nodeLost(SimulatedWorld process) {
    forget(process, ErrorCode.DEPENDENCY, "its node is lost");
  }

  /** The process of the next container ends as soon as it begins. */
  void nextContainerDies() {
    nextDies = true;
  }

  private void forget(SimulatedWorld process, ErrorCode code, String why) {
    if (!containers.remove(process.name(), process)) {
      return;
    }
    long delay = cluster.random().nextLong(20, NEWS_MILLIS_MAX);
    cluster.after(
        delay,
        () -> {
          if (current != null) {
            current.lost(process.name(), code, why);
          }
        });
  }

  /** The connection of one leader's process. */
  private final class ApplicationMaster implements WorkerProvisioner {
    private final SimulatedWorld process;
    private Listener listener;
    private long epoch;
    private int wanted;
    private int pending;

    ApplicationMaster(SimulatedWorld process) {
      this.process = process;
    }

    @Override
    public void start(long newEpoch, Listener newListener) {
      listener = newListener;
      epoch = newEpoch;
      if (current != null && current.epoch > epoch) {
        return; // one that learns late that it led has no say any more
      }
      current = this;
      List<String> previous = List.copyOf(containers.keySet());
      process.loop().execute(() -> newListener.previousWorkers(previous));
    }

    @Override
    public void want(int workers, List<String> preferredHosts) {
      wanted = workers;
      if (current == this) {
        fill();
      }
    }

    private void fill() {
      while (containers.size() + pending < wanted) {
        pending++;
        cluster.after(cluster.random().nextLong(50, ALLOCATION_MILLIS_MAX), this::allocate);
      }
      int missing = wanted - containers.size();
      listener.waiting(missing > 0 ? missing + " containers asked for" : "");
    }

    private void allocate() {
      pending--;
      if (current != this || !process.alive() || containers.size() >= wanted) {
        return;
      }
      String id = "container-" + ++lastContainer;
      SimulatedWorld started = starter.apply(id);
      containers.put(id, started);
      process
          .loop()
          .execute(
              () -> {
                listener.workerStarted(id, id);
                fill();
              });
      if (nextDies) {
        nextDies = false;
        cluster.after(1, () -> killed(started));
      }
    }

    private void lost(String id, ErrorCode code, String why) {
      process
          .loop()
          .execute(
              () -> {
                listener.workerLost(id, new FailureReport(code, id + " ended: " + why, "", ""));
                if (current == this) {
                  fill();
                }
              });
    }

    @Override
    public void release(String workerId) {
      if (current != this) {
        return;
      }
      SimulatedWorld container = containers.remove(workerId);
      if (container != null) {
        cluster.after(RELEASE_MILLIS, () -> cluster.kill(container));
        fill();
      }
    }

    @Override
    public int slotsPerWorker() {
      return slots;
    }

    @Override
    public void finish(boolean succeeded, String diagnostics) {
      process.note("the application ends: " + diagnostics);
      if (current == this) {
        wanted = 0;
        List.copyOf(containers.keySet()).forEach(this::release);
      }
    }
  }
}
