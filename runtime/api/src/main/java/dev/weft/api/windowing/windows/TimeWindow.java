package dev.weft.api.windowing.windows;

import dev.weft.api.types.TypeSerializer;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;

/** A window from a start to an end, milliseconds; the end does not belong to it. */
public final class TimeWindow extends Window implements Serializable {
  private static final long serialVersionUID = 1;

  private final long start;
  private final long end;

  /** A window. */
  public TimeWindow(long start, long end) {
    this.start = start;
    this.end = end;
  }

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

  /** Whether the windows overlap or touch. */
  public boolean intersects(TimeWindow other) {
    return start <= other.end && end >= other.start;
  }

  /** The smallest window that covers both. */
  public TimeWindow cover(TimeWindow other) {
    return new TimeWindow(Math.min(start, other.start), Math.max(end, other.end));
  }

  /** The start of the window of a timestamp, for windows of one size that begin at an offset. */
  public static long getWindowStartWithOffset(long timestamp, long offset, long windowSize) {
    return timestamp - Math.floorMod(timestamp - offset, windowSize);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TimeWindow that && start == that.start && end == that.end;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(start * 31 + end);
  }

  @Override
  public String toString() {
    return "TimeWindow{start=" + start + ", end=" + end + "}";
  }

  /** Writes start and end. */
  public static final class Serializer implements TypeSerializer<TimeWindow> {
    private static final long serialVersionUID = 1;

    @Override
    public void serialize(TimeWindow value, DataOutput target) throws IOException {
      target.writeLong(value.start);
      target.writeLong(value.end);
    }

    @Override
    public TimeWindow deserialize(DataInput source) throws IOException {
      return new TimeWindow(source.readLong(), source.readLong());
    }
  }
}
