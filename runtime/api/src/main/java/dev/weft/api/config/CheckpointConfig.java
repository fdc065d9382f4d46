package dev.weft.api.config;

import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.time.Duration;

/**
 * The options of checkpoints as methods: reads and changes the configuration that it was made for.
 * Not thread-safe.
 */
public final class CheckpointConfig {
  private final Configuration configuration;

  /** A view of the given options; what is set here is set there. */
  public CheckpointConfig(Configuration configuration) {
    this.configuration = configuration;
  }

  /** Turns checkpoints off: what fails begins anew, and output that needs them never commits. */
  public void disableCheckpointing() {
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ZERO);
  }

  /** Whether checkpoints are taken. */
  public boolean isCheckpointingEnabled() {
    return !configuration.get(CheckpointingOptions.CHECKPOINTING_INTERVAL).isZero();
  }

  /** Always exactly once. */
  public CheckpointingMode getCheckpointingMode() {
    return CheckpointingMode.EXACTLY_ONCE;
  }

  /** Accepted so that programs need no change; checkpoints are exact in either mode. */
  public void setCheckpointingMode(CheckpointingMode mode) {}

  /** Always exactly once. */
  public CheckpointingMode getCheckpointingConsistencyMode() {
    return CheckpointingMode.EXACTLY_ONCE;
  }

  /** Accepted so that programs need no change; checkpoints are exact in either mode. */
  public void setCheckpointingConsistencyMode(CheckpointingMode mode) {}

  /** The time between the starts of two checkpoints in milliseconds; 0 when there are none. */
  public long getCheckpointInterval() {
    return configuration.get(CheckpointingOptions.CHECKPOINTING_INTERVAL).toMillis();
  }

  /**
   * Sets the time between the starts of two checkpoints in milliseconds. A batch takes none on the
   * way, so a program that calls this runs as a stream unless a mode was or will be set.
   */
  public void setCheckpointInterval(long intervalMillis) {
    set(CheckpointingOptions.CHECKPOINTING_INTERVAL, intervalMillis, 1);
    if (!configuration.contains(ExecutionOptions.RUNTIME_MODE)) {
      configuration.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
    }
  }

  /** After how many milliseconds a checkpoint is given up. */
  public long getCheckpointTimeout() {
    return configuration.get(CheckpointingOptions.CHECKPOINTING_TIMEOUT).toMillis();
  }

  /** Sets after how many milliseconds a checkpoint is given up. */
  public void setCheckpointTimeout(long timeoutMillis) {
    set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, timeoutMillis, 1);
  }

  /** The least time between the end of a checkpoint and the start of the next, in milliseconds. */
  public long getMinPauseBetweenCheckpoints() {
    return configuration.get(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS).toMillis();
  }

  /** Sets the least time between the end of a checkpoint and the start of the next. */
  public void setMinPauseBetweenCheckpoints(long pauseMillis) {
    set(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS, pauseMillis, 0);
  }

  /** How many checkpoints are taken at one time. */
  public int getMaxConcurrentCheckpoints() {
    return configuration.get(CheckpointingOptions.MAX_CONCURRENT_CHECKPOINTS);
  }

  /** Sets how many checkpoints are taken at one time; the job is refused with more than 1. */
  public void setMaxConcurrentCheckpoints(int checkpoints) {
    configuration.set(CheckpointingOptions.MAX_CONCURRENT_CHECKPOINTS, checkpoints);
  }

  /** How many checkpoints may fail in a row before the job restarts. */
  public int getTolerableCheckpointFailureNumber() {
    return configuration.get(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER);
  }

  /** Sets how many checkpoints may fail in a row before the job restarts. */
  public void setTolerableCheckpointFailureNumber(int failures) {
    if (failures < 0) {
      throw refused(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, failures, "a number from 0");
    }
    configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, failures);
  }

  /** Whether the checkpoints of a cancelled job are kept. */
  public ExternalizedCheckpointRetention getExternalizedCheckpointRetention() {
    return configuration.get(CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION);
  }

  /** Sets whether the checkpoints of a cancelled job are kept. */
  public void setExternalizedCheckpointRetention(ExternalizedCheckpointRetention retention) {
    configuration.set(CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION, retention);
  }

  /** Whether checkpoints outlive a job that is cancelled. */
  public boolean isExternalizedCheckpointsEnabled() {
    return getExternalizedCheckpointRetention()
        == ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION;
  }

  /** Lets barriers overtake records that hold them up. */
  public void enableUnalignedCheckpoints() {
    enableUnalignedCheckpoints(true);
  }

  /** Sets whether barriers overtake records that hold them up. */
  public void enableUnalignedCheckpoints(boolean enabled) {
    configuration.set(CheckpointingOptions.ENABLE_UNALIGNED, enabled);
  }

  /** Whether barriers overtake records that hold them up. */
  public boolean isUnalignedCheckpointsEnabled() {
    return configuration.get(CheckpointingOptions.ENABLE_UNALIGNED);
  }

  /** How long barriers wait before they overtake; null when that follows from the interval. */
  public Duration getAlignedCheckpointTimeout() {
    return configuration.get(CheckpointingOptions.ALIGNED_CHECKPOINT_TIMEOUT);
  }

  /** Sets how long barriers wait before they overtake. */
  public void setAlignedCheckpointTimeout(Duration timeout) {
    set(CheckpointingOptions.ALIGNED_CHECKPOINT_TIMEOUT, timeout.toMillis(), 0);
  }

  private void set(ConfigOption<Duration> option, long millis, long least) {
    if (millis < least) {
      throw refused(option, millis + " ms", "at least " + least + " ms");
    }
    configuration.set(option, Duration.ofMillis(millis));
  }

  private static WeftException refused(ConfigOption<?> option, Object value, String expected) {
    return new WeftException(
        ErrorCode.USER, "Option " + option.key() + " takes " + expected + ", not " + value);
  }
}
