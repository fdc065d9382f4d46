package dev.weft.api.functions.async;

import java.io.Serializable;
import java.util.Collection;
import java.util.function.Predicate;

/** Common reasons to ask again. */
public final class RetryPredicates {
  /** True for an empty result. */
  @SuppressWarnings("rawtypes")
  public static final Predicate<Collection> EMPTY_RESULT_PREDICATE =
      (Predicate<Collection> & Serializable) Collection::isEmpty;

  /** True for every failure. */
  public static final Predicate<Throwable> HAS_EXCEPTION_PREDICATE =
      (Predicate<Throwable> & Serializable) failure -> failure != null;

  private RetryPredicates() {}

  /** True for failures of exactly this class. */
  public static Predicate<Throwable> createExceptionTypePredicate(
      Class<? extends Throwable> errorClass) {
    return (Predicate<Throwable> & Serializable) failure -> failure.getClass() == errorClass;
  }
}
