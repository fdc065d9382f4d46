package dev.weft.api.functions.async;

import java.util.Collection;
import java.util.Optional;
import java.util.function.Predicate;

/** Common retries. The predicates must be serializable. */
public final class AsyncRetryStrategies {
  private AsyncRetryStrategies() {}

  private record Delayed<OUT>(
      int maxAttempts,
      long initialDelay,
      long maxDelay,
      double multiplier,
      Predicate<Collection<OUT>> onResult,
      Predicate<Throwable> onException)
      implements AsyncRetryStrategy<OUT>, AsyncRetryPredicate<OUT> {
    @Override
    public boolean canRetry(int currentAttempts) {
      return currentAttempts <= maxAttempts;
    }

    @Override
    public long getBackoffTimeMillis(int currentAttempts) {
      return (long)
          Math.min(maxDelay, initialDelay * Math.pow(multiplier, Math.max(0, currentAttempts - 1)));
    }

    @Override
    public AsyncRetryPredicate<OUT> getRetryPredicate() {
      return this;
    }

    @Override
    public Optional<Predicate<Collection<OUT>>> resultPredicate() {
      return Optional.ofNullable(onResult);
    }

    @Override
    public Optional<Predicate<Throwable>> exceptionPredicate() {
      return Optional.ofNullable(onException);
    }
  }

  /** Makes retries that are equally far apart. */
  public static final class FixedDelayRetryStrategyBuilder<OUT> {
    private final int maxAttempts;
    private final long delayMillis;
    private Predicate<Collection<OUT>> onResult;
    private Predicate<Throwable> onException;

    /** So many retries at most, so many milliseconds apart. */
    public FixedDelayRetryStrategyBuilder(int maxAttempts, long backoffTimeMillis) {
      this.maxAttempts = maxAttempts;
      this.delayMillis = backoffTimeMillis;
    }

    /** Asks again for such results. */
    public FixedDelayRetryStrategyBuilder<OUT> ifResult(Predicate<Collection<OUT>> predicate) {
      onResult = predicate;
      return this;
    }

    /** Asks again for such failures. */
    public FixedDelayRetryStrategyBuilder<OUT> ifException(Predicate<Throwable> predicate) {
      onException = predicate;
      return this;
    }

    /** The strategy. */
    public AsyncRetryStrategy<OUT> build() {
      return new Delayed<>(maxAttempts, delayMillis, delayMillis, 1, onResult, onException);
    }
  }

  /** Makes retries that are ever farther apart. */
  public static final class ExponentialBackoffDelayRetryStrategyBuilder<OUT> {
    private final int maxAttempts;
    private final long initialDelay;
    private final long maxDelay;
    private final double multiplier;
    private Predicate<Collection<OUT>> onResult;
    private Predicate<Throwable> onException;

    /** So many retries at most; the delays in milliseconds grow by the factor. */
    public ExponentialBackoffDelayRetryStrategyBuilder(
        int maxAttempts, long initialDelay, long maxRetryDelay, double multiplier) {
      this.maxAttempts = maxAttempts;
      this.initialDelay = initialDelay;
      this.maxDelay = maxRetryDelay;
      this.multiplier = multiplier;
    }

    /** Asks again for such results. */
    public ExponentialBackoffDelayRetryStrategyBuilder<OUT> ifResult(
        Predicate<Collection<OUT>> predicate) {
      onResult = predicate;
      return this;
    }

    /** Asks again for such failures. */
    public ExponentialBackoffDelayRetryStrategyBuilder<OUT> ifException(
        Predicate<Throwable> predicate) {
      onException = predicate;
      return this;
    }

    /** The strategy. */
    public AsyncRetryStrategy<OUT> build() {
      return new Delayed<>(maxAttempts, initialDelay, maxDelay, multiplier, onResult, onException);
    }
  }
}
