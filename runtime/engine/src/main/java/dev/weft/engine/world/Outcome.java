package dev.weft.engine.world;

/**
 * How a piece of work ended.
 *
 * @param <T> the result
 */
public sealed interface Outcome<T> {
  /** It worked. */
  record Success<T>(T value) implements Outcome<T> {}

  /** It failed. */
  record Failure<T>(Throwable cause) implements Outcome<T> {}
}
