package dev.weft.api.functions.windowing;

import dev.weft.api.functions.AbstractRichFunction;
import dev.weft.api.windowing.windows.Window;

/** A {@link AllWindowFunction} with a life. */
public abstract class RichAllWindowFunction<IN, OUT, W extends Window> extends AbstractRichFunction
    implements AllWindowFunction<IN, OUT, W> {}
