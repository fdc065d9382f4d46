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

  /** Kills a container's process or finds that it ended. */
  void containerEnds(SimulatedWorld process, String why) {
    cluster.kill(process);
    forget(process, why);
  }

  /** The node of a container is lost: its process may run on, but nobody counts on it. */
  void nodeLost(SimulatedWorld process) {
    forget(process, "its node is lost");
  }

  /** The process of the next container ends as soon as it begins. */
  void nextContainerDies() {
    nextDies = true;
  }

  private void forget(SimulatedWorld process, String why) {
    if (!containers.remove(process.name(), process)) {
      return;
    }
    long delay = cluster.random().nextLong(20, NEWS_MILLIS_MAX);
    cluster.after(
        delay,
        () -> {
          if (current != null) {
            current.lost(process.name(), why);
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
      fill();
    }

    private void fill() {
      while (current == this && containers.size() + pending < wanted) {
        pending++;
        cluster.after(cluster.random().nextLong(50, ALLOCATION_MILLIS_MAX), this::allocate);
      }
    }

    private void allocate() {
      pending--;
      if (current != this || !process.alive() || containers.size() >= wanted) {
        return;
      }
      String id = "container-" + ++lastContainer;
      SimulatedWorld started = starter.apply(id);
      containers.put(id, started);
      process.loop().execute(() -> listener.workerStarted(id, id));
      if (nextDies) {
        nextDies = false;
        cluster.after(1, () -> containerEnds(started, "it ended at its start"));
      }
    }

    private void lost(String id, String why) {
      fill();
      process
          .loop()
          .execute(
              () ->
                  listener.workerLost(
                      id, new FailureReport(ErrorCode.RESOURCE, id + " ended: " + why, "", "")));
    }

    @Override
    public void release(String workerId) {
      SimulatedWorld container = containers.get(workerId);
      if (container != null && current == this) {
        cluster.after(50, () -> containerEnds(container, "released"));
      }
    }

    @Override
    public int slotsPerWorker() {
      return slots;
    }

    @Override
    public void finish(boolean succeeded, String diagnostics) {
      process.note("the application ends: " + diagnostics);
    }
  }
}
