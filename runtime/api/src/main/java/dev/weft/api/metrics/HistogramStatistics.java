package dev.weft.api.metrics;

import java.util.Arrays;

/** A distribution as it was. */
public final class HistogramStatistics {
  private final long[] sorted;

  /** The distribution of some values. */
  public HistogramStatistics(long[] values) {
    sorted = values.clone();
    Arrays.sort(sorted);
  }

  /** The value below which so large a part, from 0 to 1, of the values is; 0 without values. */
  public double getQuantile(double quantile) {
    if (sorted.length == 0) {
      return 0;
    }
    double position = quantile * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  /** The values in order. */
  public long[] getValues() {
    return sorted.clone();
  }

  /** How many values. */
  public int size() {
    return sorted.length;
  }

  /** The average. */
  public double getMean() {
    return Arrays.stream(sorted).average().orElse(0);
  }

  /** The standard deviation. */
  public double getStdDev() {
    double mean = getMean();
    return Math.sqrt(
        Arrays.stream(sorted).mapToDouble(v -> (v - mean) * (v - mean)).average().orElse(0));
  }

  /** The largest value. */
  public long getMax() {
    return sorted.length == 0 ? 0 : sorted[sorted.length - 1];
  }

  /** The smallest value. */
  public long getMin() {
    return sorted.length == 0 ? 0 : sorted[0];
  }
}
