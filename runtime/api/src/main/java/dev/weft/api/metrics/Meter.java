package dev.weft.api.metrics;

/** How often something happens. */
public interface Meter extends Metric {
  /** It happened. */
  void markEvent();

  /** It happened so many times. */
  void markEvent(long n);

  /** How often a second. */
  double getRate();

  /** How often so far. */
  long getCount();
}
