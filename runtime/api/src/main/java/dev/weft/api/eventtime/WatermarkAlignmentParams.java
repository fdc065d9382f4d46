package dev.weft.api.eventtime;

import java.io.Serializable;
import java.time.Duration;

/**
 * How the readers of a group of sources wait for each other.
 *
 * @param watermarkGroup the name of the group, not empty
 * @param maxAllowedWatermarkDrift milliseconds that a reader may be ahead of the slowest
 * @param updateInterval milliseconds between two looks of a reader
 */
public record WatermarkAlignmentParams(
    String watermarkGroup, long maxAllowedWatermarkDrift, long updateInterval)
    implements Serializable {
  static final Duration UPDATE_INTERVAL = Duration.ofSeconds(1);

  /** Checks the values. */
  public WatermarkAlignmentParams {
    if (watermarkGroup == null || watermarkGroup.isEmpty()) {
      throw new IllegalArgumentException("a group of aligned watermarks has a name");
    }
    if (maxAllowedWatermarkDrift < 0) {
      throw new IllegalArgumentException(
          "the drift of watermarks is not negative: " + maxAllowedWatermarkDrift + " ms");
    }
    if (updateInterval < 1) {
      throw new IllegalArgumentException(
          "the interval of watermark alignment is at least 1 ms, not " + updateInterval);
    }
  }
}
