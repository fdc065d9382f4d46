package dev.weft.simulator;

import dev.weft.engine.simulated.SimulatedFaults;
import dev.weft.engine.world.Oddity;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Which faults a seed has and how often. Not every kind in every seed: a fault that is always there
 * hides others.
 *
 * @param kinds what happens to processes and the network, one at a time
 * @param everyMillis about how often
 * @param forMillis how long faults go on
 * @param background faults of single calls and frames
 * @param standby whether two candidates wait for the leadership, else a dead one is replaced
 */
record FaultPlan(
    List<Kind> kinds,
    long everyMillis,
    long forMillis,
    SimulatedFaults background,
    boolean standby) {
  private static final double RATE_MAX = 0.02;

  /** What may happen to a process. */
  enum Kind {
    WORKER_CRASH,
    LEADER_CRASH,
    WORKER_PAUSE,
    LEADER_PAUSE,
    NODE_LOST,
    LINKS_BREAK,
    NETWORK_CUT,
    SESSION_EXPIRY,
    LEADER_DOUBT,
    ONE_WAY_CUT,
    FILES_REFUSED,
    FILES_FULL,
    CLOCK_JUMP,
    CONTAINER_STILLBORN,
    WORKER_SILENT,
    STATE_DAMAGED,
    COPIES_DAMAGED
  }

  /** The names of all kinds of faults, those of single calls and the oddities among them. */
  static Set<String> kindNames() {
    Set<String> names =
        new TreeSet<>(
            List.of(
                "COORDINATION_CALL_FAILS",
                "COORDINATION_REPLY_LOST",
                "FILE_CALL_FAILS",
                "FILE_REPLY_LOST",
                "FILE_TORN",
                "LINK_BREAKS",
                PairCut.FAULT,
                "SLOW_FRAMES",
                "SLOW_WORK",
                "STALE_READ"));
    for (Kind kind : Kind.values()) {
      names.add(kind.name());
    }
    for (Oddity oddity : Oddity.values()) {
      names.add(oddity.name());
    }
    return names;
  }

  static FaultPlan draw(long seed) {
    SplittableRandom random = new SplittableRandom(seed * 17 + 3);
    boolean standby = random.nextBoolean();
    if (random.nextInt(20) == 0) {
      return new FaultPlan(List.of(), 5_000, 8_000, SimulatedFaults.NONE, standby);
    }
    List<Kind> kinds = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (random.nextInt(5) < 2) {
        kinds.add(kind);
      }
    }
    SimulatedFaults background =
        new SimulatedFaults(
            random.nextInt(4) == 0 ? random.nextDouble() * RATE_MAX / 50 : 0,
            random.nextInt(3) == 0 ? random.nextLong(1_000, 300_000) : 500,
            rate(random),
            rate(random),
            rate(random),
            rate(random),
            random.nextInt(3) == 0 ? random.nextLong(2_000, 200_000) : 2_000,
            oddities(random));
    return new FaultPlan(
        List.copyOf(kinds),
        random.nextLong(300, 4_000),
        random.nextLong(8_000, 25_000),
        background,
        standby);
  }

  private static Set<Oddity> oddities(SplittableRandom random) {
    Set<Oddity> some = EnumSet.noneOf(Oddity.class);
    if (random.nextInt(2) == 0) {
      for (Oddity oddity : Oddity.values()) {
        if (random.nextInt(4) == 0) {
          some.add(oddity);
        }
      }
    }
    return some;
  }

  private static double rate(SplittableRandom random) {
    if (random.nextInt(3) > 0) {
      return 0;
    }
    double high = random.nextInt(4) == 0 ? 5 * RATE_MAX : RATE_MAX;
    return random.nextDouble() * high;
  }
}
