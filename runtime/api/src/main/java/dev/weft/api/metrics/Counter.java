package dev.weft.api.metrics;

/** A number that goes up and down; used by the thread that runs the function. */
public interface Counter extends Metric {
  /** Adds one. */
  void inc();

  /** Adds so many. */
  void inc(long n);

  /** Takes one away. */
  void dec();

  /** Takes so many away. */
  void dec(long n);

  /** The sum so far in this attempt. */
  long getCount();
}
