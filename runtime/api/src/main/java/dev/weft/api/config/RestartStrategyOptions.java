package dev.weft.api.config;

import static dev.weft.api.config.ConfigOptions.key;

import java.time.Duration;

/** Options of restarts after a failure. */
public final class RestartStrategyOptions {
  /** The strategies. */
  public enum Strategy {
    /** A failure ends the job. */
    NONE,
    /** The same delay before each of a number of restarts. */
    FIXED_DELAY,
    /** A delay that grows with each restart, without an end. */
    EXPONENTIAL_DELAY,
    /** The same delay, as long as failures are not too frequent. */
    FAILURE_RATE
  }

  /** The strategy. */
  public static final ConfigOption<Strategy> RESTART_STRATEGY =
      key("restart-strategy.type")
          .enumType(Strategy.class)
          .defaultValue(Strategy.EXPONENTIAL_DELAY)
          .withDescription(
              "What follows a failure: none, fixed-delay, failure-rate or exponential-delay.");

  /** Restarts with a fixed delay. */
  public static final ConfigOption<Integer> RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS =
      key("restart-strategy.fixed-delay.attempts")
          .intType()
          .defaultValue(1)
          .withDescription("How often the job restarts before it fails.");

  /** The fixed delay. */
  public static final ConfigOption<Duration> RESTART_STRATEGY_FIXED_DELAY_DELAY =
      key("restart-strategy.fixed-delay.delay")
          .durationType()
          .defaultValue(Duration.ofSeconds(1))
          .withDescription("The time before each restart.");

  /** Failures in the interval. */
  public static final ConfigOption<Integer>
      RESTART_STRATEGY_FAILURE_RATE_MAX_FAILURES_PER_INTERVAL =
          key("restart-strategy.failure-rate.max-failures-per-interval")
              .intType()
              .defaultValue(1)
              .withDescription(
                  "The job fails when more failures than these fall into the interval.");

  /** The interval of failures. */
  public static final ConfigOption<Duration> RESTART_STRATEGY_FAILURE_RATE_FAILURE_RATE_INTERVAL =
      key("restart-strategy.failure-rate.failure-rate-interval")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription("The time over which failures are counted.");

  /** The delay between restarts with a failure rate. */
  public static final ConfigOption<Duration> RESTART_STRATEGY_FAILURE_RATE_DELAY =
      key("restart-strategy.failure-rate.delay")
          .durationType()
          .defaultValue(Duration.ofSeconds(1))
          .withDescription("The time before each restart.");

  /** The first delay. */
  public static final ConfigOption<Duration> RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF =
      key("restart-strategy.exponential-delay.initial-backoff")
          .durationType()
          .defaultValue(Duration.ofSeconds(1))
          .withDescription(
              "The time before the second restart for one cause; the first, and the first after a"
                  + " checkpoint, come at once.");

  /** The largest delay. */
  public static final ConfigOption<Duration> RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF =
      key("restart-strategy.exponential-delay.max-backoff")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription("The longest time before a restart.");

  /** Growth of the delay. */
  public static final ConfigOption<Double> RESTART_STRATEGY_EXPONENTIAL_DELAY_BACKOFF_MULTIPLIER =
      key("restart-strategy.exponential-delay.backoff-multiplier")
          .doubleType()
          .defaultValue(1.5)
          .withDescription("By what each delay is longer than the one before.");

  /** Time without failure after which the delay starts anew. */
  public static final ConfigOption<Duration>
      RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD =
          key("restart-strategy.exponential-delay.reset-backoff-threshold")
              .durationType()
              .defaultValue(Duration.ofMinutes(10))
              .withDescription("After so long without a failure the delay starts from the first.");

  /** Spread of the delay. */
  public static final ConfigOption<Double> RESTART_STRATEGY_EXPONENTIAL_DELAY_JITTER_FACTOR =
      key("restart-strategy.exponential-delay.jitter-factor")
          .doubleType()
          .defaultValue(0.1)
          .withDescription("Which part of a delay is drawn at random and added or taken away.");

  /** Restarts before the job fails. */
  public static final ConfigOption<Integer> RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS =
      key("restart-strategy.exponential-delay.attempts-before-reset-backoff")
          .intType()
          .defaultValue(Integer.MAX_VALUE)
          .withDescription(
              "How often the job restarts, without a quiet time between, before it fails.");

  private RestartStrategyOptions() {}
}
