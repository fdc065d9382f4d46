package dev.weft.api.functions;

import dev.weft.api.OutputTag;
import dev.weft.api.windowing.Window;

/**
 * Turns a finished window of a key into results.
 *
 * @param <IN> the aggregated value or the records
 * @param <OUT> the results
 * @param <KEY> the key
 * @param <W> the window
 */
public abstract class ProcessWindowFunction<IN, OUT, KEY, W extends Window>
    extends AbstractRichFunction {
  /** Handles a finished window. */
  public abstract void process(KEY key, Context context, Iterable<IN> elements, Collector<OUT> out)
      throws Exception;

  /** The surroundings of a call. */
  public abstract class Context {
    /** The window. */
    public abstract W window();

    /** The watermark in milliseconds. */
    public abstract long currentWatermark();

    /** Emits to a side output. */
    public abstract <X> void output(OutputTag<X> outputTag, X value);
  }
}
