package dev.weft.engine.operator.window;

import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.api.windowing.windows.Window;
import dev.weft.engine.operator.KeyedOperator;
import dev.weft.engine.state.StateStore;
import java.util.ArrayList;
import java.util.List;

/**
 * The windows of each key that have timers, by a number that timers carry in place of the window.
 * The number is near the window's last timestamp, so that it is rarely taken.
 */
final class OpenWindows implements WindowNumbers {
  private final MapState<Long, Window> byNumber;
  private final MapState<Window, Long> numbers;

  OpenWindows(StateStore store, TypeInformation<Window> windowType) {
    this.byNumber =
        store.map(
            new MapStateDescriptor<>(
                KeyedOperator.OWN_STATE + "windows-by-number", Types.LONG, windowType));
    this.numbers =
        store.map(
            new MapStateDescriptor<>(
                KeyedOperator.OWN_STATE + "window-numbers", windowType, Types.LONG));
  }

  @Override
  public long numberOf(Window window) throws Exception {
    Long known = numbers.get(window);
    if (known != null) {
      return known;
    }
    long number = window.maxTimestamp();
    while (byNumber.contains(number)) {
      number++;
    }
    byNumber.put(number, window);
    numbers.put(window, number);
    return number;
  }

  @Override
  public Window find(long number) throws Exception {
    return byNumber.get(number);
  }

  @Override
  public void forget(Window window) throws Exception {
    Long number = numbers.get(window);
    if (number != null) {
      numbers.remove(window);
      byNumber.remove(number);
    }
  }

  /** All windows of the current key. */
  List<Window> all() throws Exception {
    List<Window> windows = new ArrayList<>();
    numbers.keys().forEach(windows::add);
    return windows;
  }

  /** Whether the current key has the window. */
  boolean contains(Window window) throws Exception {
    return numbers.contains(window);
  }
}
