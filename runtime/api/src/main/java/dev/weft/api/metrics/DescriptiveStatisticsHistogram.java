package dev.weft.api.metrics;

import java.util.Arrays;

/** The distribution of the last values. */
public class DescriptiveStatisticsHistogram implements Histogram {
  private final long[] window;
  private long count;

  /** Remembers so many values. */
  public DescriptiveStatisticsHistogram(int windowSize) {
    window = new long[windowSize];
  }

  @Override
  public void update(long value) {
    window[(int) (count++ % window.length)] = value;
  }

  @Override
  public long getCount() {
    return count;
  }

  @Override
  public HistogramStatistics getStatistics() {
    return new HistogramStatistics(Arrays.copyOf(window, (int) Math.min(count, window.length)));
  }
}
