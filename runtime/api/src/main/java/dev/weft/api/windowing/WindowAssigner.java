package dev.weft.api.windowing;

import java.io.Serializable;

/** Says which windows a record belongs to. A closed set that the engine knows how to run fast. */
public sealed interface WindowAssigner<W extends Window> extends Serializable {
  /** Windows of equal length that do not overlap; see {@link TumblingEventTimeWindows}. */
  record Tumbling(long sizeMillis, long offsetMillis) implements WindowAssigner<TimeWindow> {
    /** Checks the size and the offset. */
    public Tumbling {
      if (sizeMillis <= 0) {
        throw new IllegalArgumentException("a window is longer than 0 ms: " + sizeMillis);
      }
      if (Math.abs(offsetMillis) >= sizeMillis) {
        throw new IllegalArgumentException(
            "the offset " + offsetMillis + " ms is not smaller than the window " + sizeMillis);
      }
    }

    /** The start of the window of a timestamp. */
    public long startOf(long timestamp) {
      return timestamp - Math.floorMod(timestamp - offsetMillis, sizeMillis);
    }
  }
}
