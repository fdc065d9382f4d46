package dev.weft.api;

import dev.weft.api.functions.Collector;
import dev.weft.api.functions.windowing.ProcessAllWindowFunction;
import dev.weft.api.state.KeyedStateStore;
import dev.weft.api.windowing.windows.Window;

/** A process function over windows of a stream without keys, as one of a stream with one key. */
final class ProcessedAllWindow<T, R, W extends Window>
    extends WrappedWindowFunction<T, R, Byte, W> {
  private static final long serialVersionUID = 1;

  private final ProcessAllWindowFunction<T, R, W> function;

  ProcessedAllWindow(ProcessAllWindowFunction<T, R, W> function) {
    super(function);
    this.function = function;
  }

  @Override
  public void process(Byte key, Context context, Iterable<T> elements, Collector<R> out)
      throws Exception {
    function.process(contextOf(context), elements, out);
  }

  @Override
  public void clear(Context context) throws Exception {
    function.clear(contextOf(context));
  }

  private ProcessAllWindowFunction<T, R, W>.Context contextOf(Context context) {
    return function.new Context() {
      @Override
      public W window() {
        return context.window();
      }

      @Override
      public KeyedStateStore windowState() {
        return context.windowState();
      }

      @Override
      public KeyedStateStore globalState() {
        return context.globalState();
      }

      @Override
      public <X> void output(OutputTag<X> outputTag, X value) {
        context.output(outputTag, value);
      }
    };
  }
}
