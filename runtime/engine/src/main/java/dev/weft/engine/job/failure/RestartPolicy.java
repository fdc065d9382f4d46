package dev.weft.engine.job.failure;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.RestartStrategyOptions;
import dev.weft.engine.world.World;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Decides whether and when a job starts again after a failure. With the default, the first failure
 * of a cause since the job got on is answered at once; the next ones are after delays that grow,
 * whatever happened to other causes between. Once the job got on, the delay begins small again when
 * something outside of the job was at fault, such as a lost worker, and is kept otherwise. A job
 * that ends by itself gives up when one cause, other than lost workers, comes for the third time,
 * unless an option says otherwise.
 */
public final class RestartPolicy {
  private static final int BOUNDED_ATTEMPTS = 3;
  private static final int CAUSES_MAX = 64;

  private final Configuration configuration;
  private final World world;
  private final RestartStrategyOptions.Strategy strategy;
  private final int attemptsMax;
  private final Map<String, Memory> causes = new LinkedHashMap<>();
  private final Deque<Long> failureNanos = new ArrayDeque<>();
  private int restarts;

  private static final class Memory {
    int failures;
    long lastNanos;
    double delayMillis;
    boolean atOnce = true;
    boolean outside;
  }

  /**
   * The policy of a job.
   *
   * @param bounded whether the job ends by itself
   */
  public RestartPolicy(Configuration configuration, boolean bounded, World world) {
    this.configuration = configuration;
    this.world = world;
    this.strategy = configuration.get(RestartStrategyOptions.RESTART_STRATEGY);
    this.attemptsMax =
        bounded
                && !configuration.contains(RestartStrategyOptions.RESTART_STRATEGY)
                && !configuration.contains(
                    RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS)
            ? BOUNDED_ATTEMPTS - 1
            : configuration.get(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS);
  }

  /**
   * A failure happened.
   *
   * @param cause the same text for what is likely the same cause
   * @param lostWorker whether a worker was lost, rather than the program or its input at fault
   * @param outside whether something outside the job was at fault, as with a lost worker
   * @return the delay in milliseconds, or empty when the job fails
   */
  public OptionalLong onFailure(String cause, boolean lostWorker, boolean outside) {
    long now = world.clock().nanoTime();
    return switch (strategy) {
      case NONE -> OptionalLong.empty();
      case FIXED_DELAY ->
          restarts++
                  < configuration.get(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS)
              ? OptionalLong.of(
                  configuration
                      .get(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY)
                      .toMillis())
              : OptionalLong.empty();
      case FAILURE_RATE -> rate(now);
      case EXPONENTIAL_DELAY -> exponential(cause, lostWorker, outside, now);
    };
  }

  private OptionalLong rate(long now) {
    long window =
        configuration
            .get(RestartStrategyOptions.RESTART_STRATEGY_FAILURE_RATE_FAILURE_RATE_INTERVAL)
            .toNanos();
    failureNanos.add(now);
    while (!failureNanos.isEmpty() && now - failureNanos.peek() > window) {
      failureNanos.remove();
    }
    return failureNanos.size()
            > configuration.get(
                RestartStrategyOptions.RESTART_STRATEGY_FAILURE_RATE_MAX_FAILURES_PER_INTERVAL)
        ? OptionalLong.empty()
        : OptionalLong.of(
            configuration
                .get(RestartStrategyOptions.RESTART_STRATEGY_FAILURE_RATE_DELAY)
                .toMillis());
  }

  /**
   * A failure turned out to be the consequence of a lost worker: it does not count for its cause.
   */
  public void wasLostWorker(String cause) {
    Memory memory = causes.get(cause);
    if (memory != null && memory.failures > 0) {
      memory.failures--;
      memory.atOnce = true;
    }
  }

  private OptionalLong exponential(String cause, boolean lostWorker, boolean outside, long now) {
    long quiet =
        configuration
            .get(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD)
            .toNanos();
    causes.values().removeIf(m -> now - m.lastNanos > quiet);
    if (causes.size() >= CAUSES_MAX && !causes.containsKey(cause)) {
      causes.remove(causes.keySet().iterator().next());
    }
    Memory memory = causes.computeIfAbsent(cause, c -> new Memory());
    memory.failures++;
    memory.lastNanos = now;
    if (!lostWorker && memory.failures > attemptsMax) {
      return OptionalLong.empty();
    }
    memory.outside = outside;
    if (memory.atOnce) {
      memory.atOnce = false;
      return OptionalLong.of(0);
    }
    double first =
        configuration
            .get(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF)
            .toMillis();
    double longest =
        configuration
            .get(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF)
            .toMillis();
    memory.delayMillis =
        memory.delayMillis == 0
            ? first
            : Math.min(
                longest,
                memory.delayMillis
                    * configuration.get(
                        RestartStrategyOptions
                            .RESTART_STRATEGY_EXPONENTIAL_DELAY_BACKOFF_MULTIPLIER));
    double spread =
        configuration.get(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_JITTER_FACTOR)
            * memory.delayMillis;
    double delay = memory.delayMillis + spread * (2 * world.random().nextDouble() - 1);
    return OptionalLong.of(Math.max(0, Math.round(delay)));
  }

  /** The job got on: a checkpoint was completed since the last failure. */
  public void gotOn() {
    for (Memory memory : causes.values()) {
      if (!memory.atOnce) {
        memory.atOnce = true;
        memory.delayMillis = memory.outside ? 0 : memory.delayMillis;
      }
    }
  }

  /** For people. */
  public String name() {
    return strategy.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
