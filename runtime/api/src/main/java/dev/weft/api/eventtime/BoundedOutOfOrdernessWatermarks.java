package dev.weft.api.eventtime;

import java.time.Duration;

/**
 * Watermarks behind the largest timestamp by a bound, for generators that build on them. Without
 * more of its own, {@link WatermarkStrategy#forBoundedOutOfOrderness} does the same faster.
 *
 * @param <T> the records
 */
public class BoundedOutOfOrdernessWatermarks<T> implements WatermarkGenerator<T> {
  private final long boundMillis;
  private long largest;

  /** Records may be late by at most the bound. */
  public BoundedOutOfOrdernessWatermarks(Duration maxOutOfOrderness) {
    if (maxOutOfOrderness.isNegative()) {
      throw new IllegalArgumentException("out-of-orderness is not negative: " + maxOutOfOrderness);
    }
    boundMillis = maxOutOfOrderness.toMillis();
    largest = Long.MIN_VALUE + boundMillis + 1;
  }

  @Override
  public void onEvent(T event, long eventTimestamp, WatermarkOutput output) {
    largest = Math.max(largest, eventTimestamp);
  }

  @Override
  public void onPeriodicEmit(WatermarkOutput output) {
    output.emitWatermark(new Watermark(largest - boundMillis - 1));
  }
}
