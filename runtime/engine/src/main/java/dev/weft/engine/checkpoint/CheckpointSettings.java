package dev.weft.engine.checkpoint;

import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExecutionOptions;
import dev.weft.api.config.ExternalizedCheckpointRetention;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;

/**
 * A job's options of checkpoints. Durations are milliseconds.
 *
 * @param intervalMillis 0 turns periodic checkpoints off; always 0 for a batch
 * @param tolerableFailures how many in a row leave the job running
 * @param retained how many completed ones are kept
 * @param keepOnCancel whether those of a cancelled job are kept
 * @param claim whether the checkpoint that the job starts from becomes its own
 * @param directory where they lie
 */
public record CheckpointSettings(
    long intervalMillis,
    long timeoutMillis,
    long minPauseMillis,
    int tolerableFailures,
    int retained,
    boolean keepOnCancel,
    boolean claim,
    String directory) {

  /**
   * Reads the options.
   *
   * @throws WeftException with code USER when one is missing or wrong
   */
  public static CheckpointSettings of(Configuration configuration) {
    String directory = configuration.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
    if (directory == null || directory.isBlank()) {
      throw new WeftException(
          ErrorCode.USER,
          "The option "
              + CheckpointingOptions.CHECKPOINTS_DIRECTORY.key()
              + " is not set: give a directory that every process of the job can write, such as"
              + " hdfs:///weft/checkpoints");
    }
    int retained = configuration.get(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS);
    if (retained < 1) {
      throw new WeftException(
          ErrorCode.USER,
          "The option "
              + CheckpointingOptions.MAX_RETAINED_CHECKPOINTS.key()
              + " is "
              + retained
              + ": at least 1 checkpoint must be kept");
    }
    int concurrent = configuration.get(CheckpointingOptions.MAX_CONCURRENT_CHECKPOINTS);
    if (concurrent != 1) {
      throw new WeftException(
          ErrorCode.USER,
          "The option "
              + CheckpointingOptions.MAX_CONCURRENT_CHECKPOINTS.key()
              + " is "
              + concurrent
              + ": checkpoints are taken one at a time; remove the option, and lower "
              + CheckpointingOptions.CHECKPOINTING_INTERVAL.key()
              + " for more of them");
    }
    while (directory.length() > 1 && directory.endsWith("/")) {
      directory = directory.substring(0, directory.length() - 1);
    }
    boolean batch = configuration.get(ExecutionOptions.RUNTIME_MODE) == RuntimeExecutionMode.BATCH;
    return new CheckpointSettings(
        batch ? 0 : configuration.get(CheckpointingOptions.CHECKPOINTING_INTERVAL).toMillis(),
        Math.max(1, configuration.get(CheckpointingOptions.CHECKPOINTING_TIMEOUT).toMillis()),
        configuration.get(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS).toMillis(),
        configuration.get(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER),
        retained,
        configuration.get(CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION)
            == ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION,
        configuration.get(CheckpointingOptions.CLAIM_MODE) == CheckpointingOptions.ClaimMode.CLAIM,
        directory);
  }
}
