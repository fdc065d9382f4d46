package dev.weft.api.functions.async;

import java.io.Serializable;

/** When a record is asked for again. Used by one thread. */
public interface AsyncRetryStrategy<OUT> extends Serializable {
  /** Whether there is another attempt after so many. */
  boolean canRetry(int currentAttempts);

  /** How long to wait after so many attempts, milliseconds. */
  long getBackoffTimeMillis(int currentAttempts);

  /** Which answers are reason to ask again. */
  AsyncRetryPredicate<OUT> getRetryPredicate();
}
