package dev.weft.api.functions.async;

import java.util.Collection;
import java.util.Optional;
import java.util.function.Predicate;

/** Which answers are reason to ask again. */
public interface AsyncRetryPredicate<OUT> {
  /** Results to ask again for; none when empty. */
  Optional<Predicate<Collection<OUT>>> resultPredicate();

  /** Failures to ask again for; none when empty. */
  Optional<Predicate<Throwable>> exceptionPredicate();
}
