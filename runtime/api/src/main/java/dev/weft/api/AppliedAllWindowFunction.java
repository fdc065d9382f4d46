package dev.weft.api;

import dev.weft.api.functions.Collector;
import dev.weft.api.functions.windowing.AllWindowFunction;
import dev.weft.api.windowing.windows.Window;

/** A function over windows of a stream without keys as a process window function. */
final class AppliedAllWindowFunction<T, R, W extends Window>
    extends WrappedWindowFunction<T, R, Byte, W> {
  private static final long serialVersionUID = 1;

  private final AllWindowFunction<T, R, W> function;

  AppliedAllWindowFunction(AllWindowFunction<T, R, W> function) {
    super(function);
    this.function = function;
  }

  @Override
  public void process(Byte key, Context context, Iterable<T> elements, Collector<R> out)
      throws Exception {
    function.apply(context.window(), elements, out);
  }
}
