package dev.weft.api.functions.windowing;

import dev.weft.api.functions.AbstractRichFunction;
import dev.weft.api.windowing.windows.Window;

/** A {@link WindowFunction} with a life. */
public abstract class RichWindowFunction<IN, OUT, KEY, W extends Window>
    extends AbstractRichFunction implements WindowFunction<IN, OUT, KEY, W> {}
