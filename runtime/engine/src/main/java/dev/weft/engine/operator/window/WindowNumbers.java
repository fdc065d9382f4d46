package dev.weft.engine.operator.window;

import dev.weft.api.windowing.windows.GlobalWindow;
import dev.weft.api.windowing.windows.TimeWindow;
import dev.weft.api.windowing.windows.Window;

/** The numbers by which the timers of a key tell its windows apart. */
interface WindowNumbers {
  /** The number of a window of the current key. */
  long numberOf(Window window) throws Exception;

  /** The window of a number, or null when it is gone. */
  Window find(long number) throws Exception;

  /** The window is gone. */
  void forget(Window window) throws Exception;

  /** There is one window only. */
  static WindowNumbers global() {
    return new WindowNumbers() {
      @Override
      public long numberOf(Window window) {
        return 0;
      }

      @Override
      public Window find(long number) {
        return GlobalWindow.get();
      }

      @Override
      public void forget(Window window) {
        // it needs nothing
      }
    };
  }

  /** All windows are of one length: the start is the number. */
  static WindowNumbers ofSize(long sizeMillis) {
    return new WindowNumbers() {
      @Override
      public long numberOf(Window window) {
        return ((TimeWindow) window).getStart();
      }

      @Override
      public Window find(long number) {
        return new TimeWindow(number, number + sizeMillis);
      }

      @Override
      public void forget(Window window) {
        // it needs nothing
      }
    };
  }
}
