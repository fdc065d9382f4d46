package dev.weft.simulator;

import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.simulated.SimulatedFaults;
import dev.weft.engine.simulated.SimulatedWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes the faults of a plan happen until it is told to stop. */
final class Nemesis {
  private static final long PAUSE_MILLIS_MAX = 12_000;

  /** No simulation is that long; the platform takes the process for alive and its links stand. */
  private static final long FOR_EVER_MILLIS = 3_600_000;

  private static final long CUT_MILLIS_MAX = 8_000;

  private final SimulatedCluster cluster;
  private final FaultPlan plan;
  private final Victims victims;
  private final SplittableRandom random;
  private boolean stopped;

  /** What can be hurt. */
  interface Victims {
    /** Processes that lead or could lead. */
    List<SimulatedWorld> leaders();

    /** Processes of containers. */
    List<SimulatedWorld> workers();

    void crashWorker(SimulatedWorld worker);

    void crashLeader(SimulatedWorld leader);

    /** The platform holds a process for dead that is not. */
    void nodeLost(SimulatedWorld worker);

    /** A leader's process does nothing for a while. */
    void pauseLeader(SimulatedWorld leader, long millis);

    /** The process of the next container ends as soon as it begins. */
    void nextContainerDies();

    /** The files of the newest checkpoint; none when it is not to be damaged. */
    List<String> stateFiles();

    /** The disk damages files of the newest checkpoint. */
    void damageState(SplittableRandom how);
  }

  Nemesis(SimulatedCluster cluster, FaultPlan plan, Victims victims) {
    this.cluster = cluster;
    this.plan = plan;
    this.victims = victims;
    this.random = cluster.random().split();
  }

  void start() {
    SimulatedFaults background = plan.background();
    if (background.frameDelayMicrosMax() > SimulatedFaults.NONE.frameDelayMicrosMax()
        && cluster.faultLog().occasion("SLOW_FRAMES", true)) {
      cluster.note("nemesis", "SLOW_FRAMES");
    }
    if (background.backgroundMicrosMax() > SimulatedFaults.NONE.backgroundMicrosMax()
        && cluster.faultLog().occasion("SLOW_WORK", true)) {
      cluster.note("nemesis", "SLOW_WORK");
    }
    cluster.faults(background);
    if (!plan.kinds().isEmpty()) {
      next();
    }
  }

  /** Ends all faults and heals the network. */
  void stop() {
    stopped = true;
    cluster.faults(SimulatedFaults.NONE);
    cluster.network().heal();
    cluster.files().refuseChanges(null);
    cluster.files().full(false);
    cluster.note("nemesis", "no more faults");
  }

  private void next() {
    cluster.after(
        random.nextLong(1, 2 * plan.everyMillis()),
        () -> {
          if (!stopped) {
            strike(plan.kinds().get(random.nextInt(plan.kinds().size())));
            next();
          }
        });
  }

  private SimulatedWorld any(List<SimulatedWorld> processes) {
    return processes.isEmpty() ? null : processes.get(random.nextInt(processes.size()));
  }

  private void strike(FaultPlan.Kind kind) {
    SimulatedWorld worker = any(victims.workers());
    SimulatedWorld leader = any(victims.leaders());
    List<SimulatedWorld> all = new ArrayList<>(victims.workers());
    all.addAll(victims.leaders());
    SimulatedWorld one = any(all);
    SimulatedWorld other = any(all);
    long pauseMillis = random.nextLong(100, PAUSE_MILLIS_MAX);
    long whileMillis = random.nextLong(100, CUT_MILLIS_MAX);
    SplittableRandom how = random.split();
    List<String> copies = cluster.files().paths(Processes.COPIES);
    if ((kind == FaultPlan.Kind.STATE_DAMAGED && victims.stateFiles().isEmpty())
        || (kind == FaultPlan.Kind.COPIES_DAMAGED && copies.isEmpty())) {
      return;
    }
    if (!cluster.faultLog().occasion(kind.name(), true)) {
      return;
    }
    cluster.note("nemesis", kind.toString());
    switch (kind) {
      case WORKER_CRASH -> {
        if (worker != null) {
          victims.crashWorker(worker);
        }
      }
      case LEADER_CRASH -> {
        if (leader != null) {
          victims.crashLeader(leader);
        }
      }
      case WORKER_PAUSE -> {
        if (worker != null) {
          cluster.pause(worker, pauseMillis);
        }
      }
      case WORKER_SILENT -> {
        if (worker != null) {
          cluster.pause(worker, FOR_EVER_MILLIS);
        }
      }
      case LEADER_PAUSE -> {
        if (leader != null) {
          victims.pauseLeader(leader, pauseMillis);
        }
      }
      case NODE_LOST -> {
        if (worker != null) {
          victims.nodeLost(worker);
        }
      }
      case LINKS_BREAK -> {
        if (one != null) {
          cluster.network().breakLinks(one);
        }
      }
      case NETWORK_CUT -> {
        if (one != null && one != other) {
          cluster.network().cut(one.name(), other.name());
          cluster.after(whileMillis, cluster.network()::heal);
        }
      }
      case SESSION_EXPIRY -> cluster.coordination().expireLeader();
      case LEADER_DOUBT -> cluster.coordination().doubtLeader(whileMillis);
      case ONE_WAY_CUT -> {
        if (one != null && one != other) {
          cluster.network().cutOneWay(one.name(), other.name());
          cluster.after(whileMillis, cluster.network()::heal);
        }
      }
      case FILES_REFUSED -> {
        cluster.files().refuseChanges("safe mode");
        cluster.after(whileMillis, () -> cluster.files().refuseChanges(null));
      }
      case FILES_FULL -> {
        cluster.files().full(true);
        cluster.after(whileMillis, () -> cluster.files().full(false));
      }
      case CLOCK_JUMP -> {
        if (one != null) {
          one.wallOffset(whileMillis - CUT_MILLIS_MAX / 2);
          cluster.note(one.name(), "clock jumps");
        }
      }
      case CONTAINER_STILLBORN -> victims.nextContainerDies();
      case STATE_DAMAGED -> {
        victims.damageState(how);
        // otherwise nobody would read what is damaged before the next checkpoint stands in for it
        if (how.nextBoolean()) {
          cluster.files().lose(Processes.COPIES);
        }
        if (worker != null && how.nextInt(3) > 0) {
          victims.crashWorker(worker);
        } else if (leader != null && how.nextBoolean()) {
          victims.crashLeader(leader);
        }
      }
      case COPIES_DAMAGED -> {
        DamagedFiles.strike(cluster, copies, how);
        if (worker != null && how.nextBoolean()) {
          victims.crashWorker(worker);
        }
      }
    }
  }
}
