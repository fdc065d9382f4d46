package dev.weft.api.metrics;

/** The distribution of values. */
public interface Histogram extends Metric {
  /** Takes a value. */
  void update(long value);

  /** How many values were taken. */
  long getCount();

  /** The distribution of the values that are remembered. */
  HistogramStatistics getStatistics();
}
