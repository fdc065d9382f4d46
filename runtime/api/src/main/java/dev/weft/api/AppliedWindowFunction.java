package dev.weft.api;

import dev.weft.api.functions.Collector;
import dev.weft.api.functions.windowing.WindowFunction;
import dev.weft.api.windowing.windows.Window;

/** A window function as a process window function. */
final class AppliedWindowFunction<T, R, K, W extends Window>
    extends WrappedWindowFunction<T, R, K, W> {
  private static final long serialVersionUID = 1;

  private final WindowFunction<T, R, K, W> function;

  AppliedWindowFunction(WindowFunction<T, R, K, W> function) {
    super(function);
    this.function = function;
  }

  @Override
  public void process(K key, Context context, Iterable<T> elements, Collector<R> out)
      throws Exception {
    function.apply(key, context.window(), elements, out);
  }
}
