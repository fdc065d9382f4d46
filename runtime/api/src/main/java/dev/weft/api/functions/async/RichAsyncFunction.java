package dev.weft.api.functions.async;

import dev.weft.api.functions.AbstractRichFunction;

/** An {@link AsyncFunction} with open, close and a runtime context. */
public abstract class RichAsyncFunction<IN, OUT> extends AbstractRichFunction
    implements AsyncFunction<IN, OUT> {}
