package dev.weft.api;

import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.RichFunction;
import dev.weft.api.functions.RuntimeContext;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
import dev.weft.api.windowing.windows.Window;

/** A process window function around another function, which lives as long. */
abstract class WrappedWindowFunction<T, R, K, W extends Window>
    extends ProcessWindowFunction<T, R, K, W> {
  private static final long serialVersionUID = 1;

  private final Object wrapped;

  WrappedWindowFunction(Object wrapped) {
    this.wrapped = wrapped;
  }

  @Override
  public void setRuntimeContext(RuntimeContext context) {
    super.setRuntimeContext(context);
    if (wrapped instanceof RichFunction rich) {
      rich.setRuntimeContext(context);
    }
  }

  @Override
  public void open(OpenContext context) throws Exception {
    if (wrapped instanceof RichFunction rich) {
      rich.open(context);
    }
  }

  @Override
  public void close() throws Exception {
    if (wrapped instanceof RichFunction rich) {
      rich.close();
    }
  }
}
