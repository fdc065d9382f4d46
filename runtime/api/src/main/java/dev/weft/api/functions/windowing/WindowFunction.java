package dev.weft.api.functions.windowing;

import dev.weft.api.functions.Collector;
import dev.weft.api.functions.Function;
import dev.weft.api.windowing.windows.Window;

/**
 * Turns a window into results when it fires.
 *
 * @param <IN> the aggregated value or the records
 * @param <OUT> the results
 * @param <KEY> the key
 * @param <W> the window
 */
@FunctionalInterface
public interface WindowFunction<IN, OUT, KEY, W extends Window> extends Function {
  /** Handles a window that fires. */
  void apply(KEY key, W window, Iterable<IN> input, Collector<OUT> out) throws Exception;
}
