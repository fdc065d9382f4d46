package dev.weft.engine.job.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.Configuration;
import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.simulated.SimulatedWorld;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {
  private final SimulatedCluster cluster = new SimulatedCluster(1);
  private final SimulatedWorld world = cluster.start("a");

  private RestartPolicy policy(boolean bounded, Map<String, String> options) {
    return new RestartPolicy(Configuration.of(options), bounded, world);
  }

  @Test
  void delaysGrowByCauseAndStartAnewAfterAQuietTime() {
    RestartPolicy policy =
        policy(false, Map.of("restart-strategy.exponential-delay.jitter-factor", "0"));
    assertEquals(OptionalLong.of(0), policy.onFailure("a", false, false));
    assertEquals(OptionalLong.of(1000), policy.onFailure("a", false, false));
    assertEquals(OptionalLong.of(0), policy.onFailure("b", false, false));
    assertEquals(OptionalLong.of(1500), policy.onFailure("a", false, false));
    assertEquals(OptionalLong.of(1000), policy.onFailure("b", false, false));
    cluster.runFor(601_000);
    assertEquals(OptionalLong.of(0), policy.onFailure("a", false, false));
    assertEquals(OptionalLong.of(1000), policy.onFailure("a", false, false));
  }

  @Test
  void aFailureOfTheProgramIsAnsweredAtOnceAfterACheckpointButItsDelayIsKept() {
    RestartPolicy policy =
        policy(false, Map.of("restart-strategy.exponential-delay.jitter-factor", "0"));
    assertEquals(OptionalLong.of(0), policy.onFailure("a", false, false));
    assertEquals(OptionalLong.of(1000), policy.onFailure("a", false, false));
    policy.gotOn();
    assertEquals(OptionalLong.of(0), policy.onFailure("a", false, false));
    assertEquals(OptionalLong.of(1500), policy.onFailure("a", false, false));
  }

  @Test
  void theFirstLostWorkerIsAnsweredAtOnce() {
    RestartPolicy policy = policy(true, Map.of());
    assertEquals(OptionalLong.of(0), policy.onFailure("worker lost", true, true));
    for (int i = 0; i < 20; i++) {
      assertTrue(policy.onFailure("worker lost", true, true).isPresent());
    }
  }

  @Test
  void lostWorkersAreAnsweredAtOnceAsLongAsTheJobGetsOn() {
    RestartPolicy policy =
        policy(false, Map.of("restart-strategy.exponential-delay.jitter-factor", "0"));
    for (int i = 0; i < 20; i++) {
      assertEquals(OptionalLong.of(0), policy.onFailure("worker lost", true, true));
      policy.gotOn();
    }
    assertEquals(OptionalLong.of(0), policy.onFailure("worker lost", true, true));
    assertEquals(OptionalLong.of(1000), policy.onFailure("worker lost", true, true));
    assertEquals(OptionalLong.of(1500), policy.onFailure("worker lost", true, true));
    policy.gotOn();
    assertEquals(OptionalLong.of(0), policy.onFailure("worker lost", true, true));
    assertEquals(OptionalLong.of(1000), policy.onFailure("worker lost", true, true));
  }

  @Test
  void aJobThatEndsGivesUpWhenOneCauseComesForTheThirdTime() {
    RestartPolicy policy = policy(true, Map.of());
    assertTrue(policy.onFailure("a", false, false).isPresent());
    assertTrue(policy.onFailure("a", false, false).isPresent());
    assertTrue(policy.onFailure("b", false, false).isPresent());
    assertTrue(policy.onFailure("a", false, false).isEmpty());
  }

  @Test
  void aFixedDelayEndsAfterItsAttempts() {
    RestartPolicy policy =
        policy(
            false,
            Map.of(
                "restart-strategy.type", "fixed-delay",
                "restart-strategy.fixed-delay.attempts", "2",
                "restart-strategy.fixed-delay.delay", "5 s"));
    assertEquals(OptionalLong.of(5000), policy.onFailure("a", false, false));
    assertEquals(OptionalLong.of(5000), policy.onFailure("b", false, false));
    assertTrue(policy.onFailure("c", false, false).isEmpty());
  }

  @Test
  void aFailureRateForgetsOldFailures() {
    RestartPolicy policy =
        policy(
            false,
            Map.of(
                "restart-strategy.type", "failure-rate",
                "restart-strategy.failure-rate.max-failures-per-interval", "2",
                "restart-strategy.failure-rate.failure-rate-interval", "1 min"));
    assertTrue(policy.onFailure("a", false, false).isPresent());
    assertTrue(policy.onFailure("a", false, false).isPresent());
    cluster.runFor(61_000);
    assertTrue(policy.onFailure("a", false, false).isPresent());
    assertTrue(policy.onFailure("a", false, false).isPresent());
    assertTrue(policy.onFailure("a", false, false).isEmpty());
  }

  @Test
  void noneNeverRestarts() {
    assertTrue(
        policy(false, Map.of("restart-strategy.type", "none"))
            .onFailure("a", true, true)
            .isEmpty());
  }
}
