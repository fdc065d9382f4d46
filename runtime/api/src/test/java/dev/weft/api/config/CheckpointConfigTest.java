package dev.weft.api.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.error.WeftException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CheckpointConfigTest {
  private final Configuration options = new Configuration();
  private final CheckpointConfig checkpoints = new CheckpointConfig(options);

  @Test
  void whatIsSetIsAnOption() {
    checkpoints.setCheckpointTimeout(60_000);
    checkpoints.setMinPauseBetweenCheckpoints(100);
    checkpoints.setTolerableCheckpointFailureNumber(3);
    checkpoints.enableUnalignedCheckpoints(false);
    checkpoints.setAlignedCheckpointTimeout(Duration.ofSeconds(2));

    assertEquals(Duration.ofMinutes(1), options.get(CheckpointingOptions.CHECKPOINTING_TIMEOUT));
    assertEquals(
        Duration.ofMillis(100), options.get(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS));
    assertEquals(3, options.get(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER));
    assertFalse(options.get(CheckpointingOptions.ENABLE_UNALIGNED));
    assertEquals(Duration.ofSeconds(2), checkpoints.getAlignedCheckpointTimeout());
    assertFalse(options.contains(ExecutionOptions.RUNTIME_MODE));
  }

  @Test
  void anIntervalMakesAStreamUnlessAModeIsSet() {
    checkpoints.setCheckpointInterval(500);

    assertEquals(RuntimeExecutionMode.STREAMING, options.get(ExecutionOptions.RUNTIME_MODE));
    options.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
    checkpoints.setCheckpointInterval(600);
    assertEquals(RuntimeExecutionMode.BATCH, options.get(ExecutionOptions.RUNTIME_MODE));
    assertEquals(600, checkpoints.getCheckpointInterval());
  }

  @Test
  void theyMayBeTurnedOff() {
    assertTrue(checkpoints.isCheckpointingEnabled());

    checkpoints.disableCheckpointing();

    assertFalse(checkpoints.isCheckpointingEnabled());
    assertEquals(0, checkpoints.getCheckpointInterval());
  }

  @Test
  void whatCanNotBeIsRefusedByTheOptionsName() {
    assertRefused("execution.checkpointing.interval", () -> checkpoints.setCheckpointInterval(0));
    assertRefused("execution.checkpointing.timeout", () -> checkpoints.setCheckpointTimeout(-1));
    assertRefused(
        "execution.checkpointing.tolerable-failed-checkpoints",
        () -> checkpoints.setTolerableCheckpointFailureNumber(-1));
  }

  private static void assertRefused(String option, Runnable call) {
    WeftException refused = assertThrows(WeftException.class, call::run);
    assertTrue(refused.getMessage().startsWith("Option " + option), refused.getMessage());
  }
}
