package dev.weft.api.functions;

/** A number that only grows; used by the thread that runs the function. */
public interface Counter {
  /** Adds one. */
  default void inc() {
    inc(1);
  }

  /** Adds so many. */
  void inc(long count);

  /** The sum so far in this attempt. */
  long getCount();
}
