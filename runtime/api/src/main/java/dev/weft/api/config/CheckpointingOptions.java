package dev.weft.api.config;

import static dev.weft.api.config.ConfigOptions.key;

import java.time.Duration;

/** Options of checkpoints and of continuing from them. */
public final class CheckpointingOptions {
  /** Time between checkpoints. */
  public static final ConfigOption<Duration> INTERVAL =
      key("execution.checkpointing.interval")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription("The time between the starts of two checkpoints; 0 turns them off.");

  /** Longest checkpoint. */
  public static final ConfigOption<Duration> TIMEOUT =
      key("execution.checkpointing.timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription("A checkpoint that takes longer is given up.");

  /** Pause between checkpoints. */
  public static final ConfigOption<Duration> MIN_PAUSE =
      key("execution.checkpointing.min-pause")
          .durationType()
          .defaultValue(Duration.ZERO)
          .withDescription(
              "The least time between the end of a checkpoint and the start of the next.");

  /** Failures that are tolerated. */
  public static final ConfigOption<Integer> TOLERABLE_FAILURES =
      key("execution.checkpointing.tolerable-failed-checkpoints")
          .intType()
          .defaultValue(3)
          .withDescription("The job restarts when more checkpoints than these fail in a row.");

  /** Where checkpoints lie. */
  public static final ConfigOption<String> DIRECTORY =
      key("execution.checkpointing.dir")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The directory of checkpoints, such as hdfs:///weft/checkpoints; required unless"
                  + " the job runs in one process.");

  /** Checkpoints kept. */
  public static final ConfigOption<Integer> NUM_RETAINED =
      key("execution.checkpointing.num-retained")
          .intType()
          .defaultValue(1)
          .withDescription("How many completed checkpoints are kept.");

  /** Start from here. */
  public static final ConfigOption<String> RESTORE_PATH =
      key("execution.state-recovery.path")
          .stringType()
          .noDefaultValue()
          .withDescription("The checkpoint or savepoint that the job starts from.");

  /** Drop state without an operator. */
  public static final ConfigOption<Boolean> IGNORE_UNCLAIMED_STATE =
      key("execution.state-recovery.ignore-unclaimed-state")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether state of the checkpoint that belongs to no operator of the program is"
                  + " dropped instead of refusing the start.");

  private CheckpointingOptions() {}
}
