package dev.weft.api.functions.windowing;

import dev.weft.api.functions.Collector;
import dev.weft.api.functions.Function;
import dev.weft.api.windowing.windows.Window;

/**
 * Turns a window into results when it fires.
 *
 * @param <IN> the aggregated value or the records
 * @param <OUT> the results
 * @param <W> the window
 */
@FunctionalInterface
public interface AllWindowFunction<IN, OUT, W extends Window> extends Function {
  /** Handles a window that fires. */
  void apply(W window, Iterable<IN> values, Collector<OUT> out) throws Exception;
}
