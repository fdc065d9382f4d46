package dev.weft.api.functions.windowing;

import dev.weft.api.OutputTag;
import dev.weft.api.functions.AbstractRichFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.state.KeyedStateStore;
import dev.weft.api.windowing.windows.Window;

/**
 * Turns a window of a stream without keys into results when it fires.
 *
 * @param <IN> the aggregated value or the records
 * @param <OUT> the results
 * @param <W> the window
 */
public abstract class ProcessAllWindowFunction<IN, OUT, W extends Window>
    extends AbstractRichFunction {
  /** Handles a window that fires. */
  public abstract void process(Context context, Iterable<IN> elements, Collector<OUT> out)
      throws Exception;

  /** The window is gone: state of it is to be forgotten. */
  public void clear(Context context) throws Exception {}

  /** The surroundings of a call. */
  public abstract class Context {
    /** The window. */
    public abstract W window();

    /** State of this window; to be cleared in {@link #clear}. */
    public abstract KeyedStateStore windowState();

    /** State that all windows share. */
    public abstract KeyedStateStore globalState();

    /** Emits to a side output. */
    public abstract <X> void output(OutputTag<X> outputTag, X value);
  }
}
