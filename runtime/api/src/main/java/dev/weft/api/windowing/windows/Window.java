package dev.weft.api.windowing.windows;

/** A finite part of a stream. Windows are values: equal ones are the same window. */
public abstract class Window {
  /** The largest timestamp in milliseconds that belongs to the window. */
  public abstract long maxTimestamp();
}
