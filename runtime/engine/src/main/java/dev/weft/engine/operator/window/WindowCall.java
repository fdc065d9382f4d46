package dev.weft.engine.operator.window;

import dev.weft.api.OutputTag;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
import dev.weft.api.state.KeyedStateStore;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.windows.Window;
import dev.weft.engine.operator.KeyedOperator;
import dev.weft.engine.state.keyed.KeyedStates;

/** The context of all calls of a process window function. */
final class WindowCall extends ProcessWindowFunction<Object, Object, Object, Window>.Context {
  private final KeyedOperator owner;
  private WindowStates windowStates;
  private KeyedStates globalStates;
  private boolean merging;
  private Runnable beforeState = () -> {};
  private Window window;

  WindowCall(KeyedOperator owner, ProcessWindowFunction<Object, Object, Object, Window> function) {
    function.super();
    this.owner = owner;
  }

  /** Makes the states, once the store is there. */
  void states(TypeInformation<Window> windowType, boolean windowsMerge) {
    merging = windowsMerge;
    windowStates = new WindowStates(owner.store, windowType, SavedWindows.WINDOW_STATE);
    globalStates = new KeyedStates(owner.store, owner.context.clock());
  }

  /** What must be done before a call may use state. */
  void beforeState(Runnable selectKey) {
    beforeState = selectKey;
  }

  /** Sets the window of the next call. */
  void at(Window next) {
    window = next;
    windowStates.window = next;
  }

  @Override
  public Window window() {
    return window;
  }

  @Override
  public long currentProcessingTime() {
    return owner.context.clock().currentTimeMillis();
  }

  @Override
  public long currentWatermark() {
    return owner.watermark;
  }

  @Override
  public KeyedStateStore windowState() {
    if (merging) {
      throw owner.site.misuse(
          "asks for state of a window, but its windows merge; use globalState()");
    }
    beforeState.run();
    return windowStates;
  }

  @Override
  public KeyedStateStore globalState() {
    beforeState.run();
    return globalStates;
  }

  @Override
  public <X> void output(OutputTag<X> outputTag, X value) {
    owner.collector.collect(outputTag, value);
  }
}
