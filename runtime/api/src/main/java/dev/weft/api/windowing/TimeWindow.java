package dev.weft.api.windowing;

import java.io.Serializable;

/** A window from a start to an end, milliseconds; the end does not belong to it. */
public record TimeWindow(long start, long end) implements Window, Serializable {
  /** The start. */
  public long getStart() {
    return start;
  }

  /** The end, which does not belong to the window. */
  public long getEnd() {
    return end;
  }

  @Override
  public long maxTimestamp() {
    return end - 1;
  }
}
