package dev.weft.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.simulated.SimulatedFaults;
import dev.weft.engine.world.Rule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the control plane under faults of every kind and looks at what became visible. */
class ControlPlaneFaultsTest {
  private static final int NUMBERS = 200;
  private static final long FAULTS_MILLIS = 30_000;
  private static final long HEAL_MILLIS = 240_000;
  private static final int SEEDS_PER_RUN = 40;

  @ParameterizedTest
  @ValueSource(longs = {0, 1000, 2000, 3000, 4000})
  void everyNumberBecomesVisibleExactlyOnce(long first) {
    for (long seed = first; seed < first + SEEDS_PER_RUN; seed++) {
      try {
        run(seed, null);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  @Test
  void committingBeforeRegistrationIsNoticed() {
    assertTrue(someSeedFails(Rule.COMMIT_AFTER_REGISTRATION));
  }

  @Test
  void deletingOnLostLeadershipIsNoticed() {
    assertTrue(someSeedFails(Rule.KEEP_FILES_ON_LOST_LEADERSHIP));
  }

  private static boolean someSeedFails(Rule broken) {
    for (long seed = 0; seed < 200; seed++) {
      try {
        run(seed, broken);
      } catch (AssertionError noticed) {
        return true;
      }
    }
    return false;
  }

  private static void run(long seed, Rule broken) {
    boolean bounded = seed % 2 == 0;
    List<Integer> parallelisms = seed % 4 < 2 ? List.of(2) : List.of(2, 1);
    int pipelines = parallelisms.size();
    ControlPlane plane = new ControlPlane(seed);
    plane.options.put("execution.checkpointing.interval", "500 ms");
    plane.options.put("execution.checkpointing.timeout", "5 s");
    plane.options.put("execution.checkpointing.num-retained", seed % 3 == 0 ? "3" : "1");
    plane.options.put("restart-strategy.type", "exponential-delay");
    plane.options.put("restart-strategy.exponential-delay.max-backoff", "2 s");
    plane.options.put("slot.request.timeout", "10 min");
    if (broken != null) {
      plane.cluster.breakRule(broken);
    }
    plane.candidate("am1");
    plane.candidate("am2");
    for (int i = 0; i < 3; i++) {
      plane.worker("w" + i, 1);
    }
    plane.cluster.afterEachEvent(() -> checkNothingTwice(plane));
    plane
        .cluster
        .files()
        .watch(
            (what, path) -> {
              if (what.equals("delete")) {
                plane.checkRetained();
              }
            });
    plane.submit(plane.plan(ControlPlane.JOB, NUMBERS, bounded, parallelisms, Map.of()));
    SplittableRandom random = new SplittableRandom(seed * 31 + 7);
    double level = random.nextDouble();
    plane.cluster.faults(
        new SimulatedFaults(
            0.002 * level, 20_000, 0.03 * level, 0.03 * level, 0.05 * level, 0.05 * level, 10_000));
    long end = plane.cluster.nowMillis() + FAULTS_MILLIS;
    while (plane.cluster.nowMillis() < end) {
      plane.cluster.runFor(random.nextLong(200, 6_000));
      harm(plane, random);
    }
    plane.cluster.faults(SimulatedFaults.NONE);
    plane.candidates.keySet().stream().toList().forEach(name -> revive(plane, name));
    if (bounded) {
      plane.awaitStatus(JobStatus.FINISHED, HEAL_MILLIS);
    } else {
      plane.cluster.runUntil(
          "all visible", HEAL_MILLIS, () -> plane.visible().size() == pipelines * NUMBERS);
    }
    assertEquals(ControlPlane.once(NUMBERS, pipelines), plane.visible());
  }

  private static void harm(ControlPlane plane, SplittableRandom random) {
    switch (random.nextInt(6)) {
      case 0 -> {
        String name = "w" + random.nextInt(3);
        plane.workers.stream()
            .filter(w -> w.id().equals(name))
            .findFirst()
            .ifPresent(w -> plane.cluster.kill(w.world));
        plane.cluster.runFor(random.nextLong(10, 500));
        plane.worker(name, 1);
      }
      case 1 -> {
        String name = "am" + (1 + random.nextInt(2));
        plane.cluster.kill(plane.candidates.get(name).world);
        plane.cluster.runFor(random.nextLong(10, 3_000));
        revive(plane, name);
      }
      case 2 ->
          plane.cluster.pause(
              plane.candidates.get("am" + (1 + random.nextInt(2))).world,
              random.nextLong(100, 8_000));
      case 3 -> plane.cluster.coordination().expireLeader();
      case 4 -> failATask(plane, random);
      default -> {}
    }
  }

  private static void failATask(ControlPlane plane, SplittableRandom random) {
    FakeWorker worker = plane.workers.get(random.nextInt(plane.workers.size()));
    List<TaskId> tasks = List.copyOf(worker.tasks.keySet());
    if (worker.world.alive() && !tasks.isEmpty()) {
      worker.fail(tasks.get(random.nextInt(tasks.size())), ErrorCode.DEPENDENCY, "it broke");
    }
  }

  private static void revive(ControlPlane plane, String name) {
    if (!plane.candidates.get(name).world.alive()) {
      plane.candidate(name);
    }
  }

  private static long seen;

  private static void checkNothingTwice(ControlPlane plane) {
    if (++seen % 50 == 0) {
      assertEquals(Set.of(), plane.repeatedAttempts());
      assertTrue(
          plane.visible().values().stream().allMatch(count -> count == 1),
          () -> "twice: " + plane.repeated() + "\n" + plane.cluster.lastEvents());
    }
  }
}
