package dev.weft.api.windowing;

/** A finite part of a stream. */
public interface Window {
  /** The largest timestamp in milliseconds that belongs to the window. */
  long maxTimestamp();
}
