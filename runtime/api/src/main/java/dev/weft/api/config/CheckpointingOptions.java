package dev.weft.api.config;

import static dev.weft.api.config.ConfigOptions.key;

import java.time.Duration;

/** Options of checkpoints and of continuing from them. */
public final class CheckpointingOptions {
  /** Time between checkpoints. */
  public static final ConfigOption<Duration> CHECKPOINTING_INTERVAL =
      key("execution.checkpointing.interval")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription("The time between the starts of two checkpoints; 0 turns them off.");

  /** Longest checkpoint. */
  public static final ConfigOption<Duration> CHECKPOINTING_TIMEOUT =
      key("execution.checkpointing.timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription("A checkpoint that takes longer is given up.");

  /** Pause between checkpoints. */
  public static final ConfigOption<Duration> MIN_PAUSE_BETWEEN_CHECKPOINTS =
      key("execution.checkpointing.min-pause")
          .durationType()
          .defaultValue(Duration.ZERO)
          .withDescription(
              "The least time between the end of a checkpoint and the start of the next.");

  /** Failures that are tolerated. */
  public static final ConfigOption<Integer> TOLERABLE_FAILURE_NUMBER =
      key("execution.checkpointing.tolerable-failed-checkpoints")
          .intType()
          .defaultValue(Integer.MAX_VALUE)
          .withDescription(
              "The job restarts when more checkpoints than these fail in a row; without a value it"
                  + " runs on and shows the failures.");

  /** Where checkpoints lie. */
  public static final ConfigOption<String> CHECKPOINTS_DIRECTORY =
      key("execution.checkpointing.dir")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The directory of checkpoints, such as hdfs:///weft/checkpoints; required unless"
                  + " the job runs in one process.");

  /** Checkpoints kept. */
  public static final ConfigOption<Integer> MAX_RETAINED_CHECKPOINTS =
      key("execution.checkpointing.num-retained")
          .intType()
          .defaultValue(1)
          .withDescription("How many completed checkpoints are kept.");

  /** Whether barriers may overtake records. */
  public static final ConfigOption<Boolean> ENABLE_UNALIGNED =
      key("execution.checkpointing.unaligned.enabled")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether a barrier that waits for records before it overtakes them, which are then"
                  + " kept in the checkpoint. When off, a checkpoint takes as long as the records"
                  + " under way take to be processed.");

  /** How long barriers wait for records. */
  public static final ConfigOption<Duration> ALIGNED_CHECKPOINT_TIMEOUT =
      key("execution.checkpointing.aligned-checkpoint-timeout")
          .durationType()
          .noDefaultValue()
          .withDescription(
              "How long a task waits for the barriers of all its inputs before they overtake the"
                  + " records before them; a tenth of the interval by default, from 100 ms to 10"
                  + " s.");

  /** Checkpoints of cancelled jobs. */
  public static final ConfigOption<ExternalizedCheckpointRetention>
      EXTERNALIZED_CHECKPOINT_RETENTION =
          key("execution.checkpointing.externalized-checkpoint-retention")
              .enumType(ExternalizedCheckpointRetention.class)
              .defaultValue(ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION)
              .withDescription("Whether the checkpoints of a cancelled job are kept.");

  /** Start from here. */
  public static final ConfigOption<String> RESTORE_PATH =
      key("execution.state-recovery.path")
          .stringType()
          .noDefaultValue()
          .withDescription("The checkpoint or savepoint that the job starts from.")
          .withFallbackKeys("execution.savepoint.path");

  /** What becomes of the snapshot that a job starts from. */
  public enum ClaimMode {
    /** The job owns it: it is deleted once newer checkpoints take its place. */
    CLAIM,
    /** It stays the user's; the job needs it no more once its own first checkpoint is complete. */
    NO_CLAIM
  }

  /** Whether the snapshot to start from is owned. */
  public static final ConfigOption<ClaimMode> CLAIM_MODE =
      key("execution.state-recovery.claim-mode")
          .enumType(ClaimMode.class)
          .defaultValue(ClaimMode.NO_CLAIM)
          .withDescription(
              "With CLAIM, the job deletes the checkpoint or savepoint that it starts from once"
                  + " newer ones take its place; with NO_CLAIM it never touches it, and its own"
                  + " first checkpoint stands alone.")
          .withFallbackKeys("execution.savepoint-restore-mode");

  /** Drop state without an operator. */
  public static final ConfigOption<Boolean> IGNORE_UNCLAIMED_STATE =
      key("execution.state-recovery.ignore-unclaimed-state")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether state of the checkpoint that belongs to no operator of the program is"
                  + " dropped instead of refusing the start.")
          .withFallbackKeys("execution.savepoint.ignore-unclaimed-state");

  /** Where savepoints lie. */
  public static final ConfigOption<String> SAVEPOINT_DIRECTORY =
      key("execution.checkpointing.savepoint-dir")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The directory in which savepoints are made when none is named, such as"
                  + " hdfs:///weft/savepoints.")
          .withFallbackKeys("state.savepoints.dir");

  /** Checkpoints at one time. */
  public static final ConfigOption<Integer> MAX_CONCURRENT_CHECKPOINTS =
      key("execution.checkpointing.max-concurrent-checkpoints")
          .intType()
          .defaultValue(1)
          .withDescription(
              "How many checkpoints are taken at one time; 1 is the only value, since the next one"
                  + " begins as soon as one is complete.");

  /** Local copies. */
  public static final ConfigOption<Boolean> LOCAL_BACKUP_ENABLED =
      key("execution.checkpointing.local-backup.enabled")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether a TaskManager keeps copies of the files that it writes for checkpoints on"
                  + " its own disk, and tasks that start again on that machine read them.")
          .withFallbackKeys("state.backend.local-recovery");

  /** Where local copies lie. */
  public static final ConfigOption<String> LOCAL_RECOVERY_TASK_MANAGER_STATE_ROOT_DIRS =
      key("execution.checkpointing.local-backup.dirs")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The local directory of those copies. One that outlives the TaskManager's process"
                  + " serves its successor on the same machine too; without one they go with the"
                  + " process.")
          .withFallbackKeys("taskmanager.state.local.root-dirs");

  private CheckpointingOptions() {}
}
