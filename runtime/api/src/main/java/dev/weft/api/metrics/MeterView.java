package dev.weft.api.metrics;

/** The rate of a counter over the last while. */
public class MeterView implements Meter {
  private static final int SECONDS_DEFAULT = 60;
  private static final int SAMPLES = 12;
  private static final double MILLIS_PER_SECOND = 1000;

  private final Counter counter;
  private final long sampleMillis;
  private final long[] times = new long[SAMPLES];
  private final long[] counts = new long[SAMPLES];
  private int samples;
  private double rate;

  /** A meter with a counter of its own, over so many seconds. */
  public MeterView(int timeSpanInSeconds) {
    this(new SimpleCounter(), timeSpanInSeconds);
  }

  /** The rate of a counter over a minute. */
  public MeterView(Counter counter) {
    this(counter, SECONDS_DEFAULT);
  }

  /** The rate of a counter over so many seconds. */
  public MeterView(Counter counter, int timeSpanInSeconds) {
    this.counter = counter;
    this.sampleMillis = Math.max(1, timeSpanInSeconds * 1000L / SAMPLES);
  }

  /** Called by the engine now and then: the rate is that since the oldest call in the span. */
  public void update(long nowMillis) {
    int newest = Math.max(0, samples - 1) % SAMPLES;
    if (samples == 0 || nowMillis - times[newest] >= sampleMillis) {
      times[samples % SAMPLES] = nowMillis;
      counts[samples % SAMPLES] = counter.getCount();
      samples++;
    }
    int oldest = samples <= SAMPLES ? 0 : samples % SAMPLES;
    long passed = nowMillis - times[oldest];
    rate = passed <= 0 ? 0 : (counter.getCount() - counts[oldest]) * MILLIS_PER_SECOND / passed;
  }

  @Override
  public void markEvent() {
    counter.inc();
  }

  @Override
  public void markEvent(long n) {
    counter.inc(n);
  }

  @Override
  public double getRate() {
    return rate;
  }

  @Override
  public long getCount() {
    return counter.getCount();
  }
}
