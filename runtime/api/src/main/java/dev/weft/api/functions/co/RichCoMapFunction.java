package dev.weft.api.functions.co;

import dev.weft.api.functions.AbstractRichFunction;

/** A {@link CoMapFunction} with open, close and a runtime context. */
public abstract class RichCoMapFunction<I1, I2, O> extends AbstractRichFunction
    implements CoMapFunction<I1, I2, O> {}
