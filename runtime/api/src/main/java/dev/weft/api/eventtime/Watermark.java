package dev.weft.api.eventtime;

import java.io.Serializable;

/**
 * Says that no more records with this or an earlier event time are to be expected.
 *
 * @param timestamp in milliseconds
 */
public record Watermark(long timestamp) implements Serializable {
  /** The end of event time. */
  public static final Watermark MAX_WATERMARK = new Watermark(Long.MAX_VALUE);

  /** In milliseconds. */
  public long getTimestamp() {
    return timestamp;
  }
}
