package dev.weft.api.connector.builtin;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.Serializable;

/**
 * How fast a generated source goes, all its readers together.
 *
 * @param recordsPerSecond by the wall clock, or 0 for no limit
 * @param recordsPerCheckpoint between two completed checkpoints, or 0 for no limit
 */
public record RateLimiterStrategy(double recordsPerSecond, int recordsPerCheckpoint)
    implements Serializable {
  /** Checks the numbers. */
  public RateLimiterStrategy {
    if (recordsPerSecond < 0 || Double.isNaN(recordsPerSecond) || recordsPerCheckpoint < 0) {
      throw new WeftException(
          ErrorCode.USER,
          "A rate is not negative: "
              + recordsPerSecond
              + " per second, "
              + recordsPerCheckpoint
              + " per checkpoint");
    }
  }

  /** At most so many records a second. */
  public static RateLimiterStrategy perSecond(double recordsPerSecond) {
    return new RateLimiterStrategy(recordsPerSecond, 0);
  }

  /** So many records, then none until a checkpoint has completed, and so on. */
  public static RateLimiterStrategy perCheckpoint(int recordsPerCheckpoint) {
    return new RateLimiterStrategy(0, recordsPerCheckpoint);
  }

  /** As fast as it goes. */
  public static RateLimiterStrategy noOp() {
    return new RateLimiterStrategy(0, 0);
  }

  /** A reader's part of the records per second. */
  double secondShare(int parallelism) {
    return recordsPerSecond / parallelism;
  }

  /** A reader's part of the records per checkpoint; the first readers get what is left over. */
  long checkpointShare(int subtask, int parallelism) {
    return recordsPerCheckpoint / parallelism
        + (subtask < recordsPerCheckpoint % parallelism ? 1 : 0);
  }
}
