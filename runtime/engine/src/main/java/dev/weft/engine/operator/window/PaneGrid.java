package dev.weft.engine.operator.window;

import dev.weft.api.windowing.assigners.AlignedTimeWindows;

/**
 * Where windows of one length lie in time, and the panes that they are cut into: the longest
 * stretches that no window's beginning or end divides.
 *
 * @param slideMillis at most the size
 */
record PaneGrid(long sizeMillis, long slideMillis, long offsetMillis, long paneMillis) {
  static PaneGrid of(AlignedTimeWindows windows) {
    long pane = windows.sizeMillis();
    for (long rest = windows.slideMillis(); rest != 0; ) {
      long next = pane % rest;
      pane = rest;
      rest = next;
    }
    return new PaneGrid(windows.sizeMillis(), windows.slideMillis(), windows.offsetMillis(), pane);
  }

  /** The end of the last window that covers a moment. */
  long lastEnd(long time) {
    return time - Math.floorMod(time - offsetMillis, slideMillis) + sizeMillis;
  }

  /** The end of the first window that covers a moment. */
  long firstEnd(long time) {
    long last = lastEnd(time);
    return last - (last - 1 - time) / slideMillis * slideMillis;
  }
}
