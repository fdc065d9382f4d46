package dev.weft.api.functions.co;

import dev.weft.api.functions.AbstractRichFunction;

/** A {@link CoFlatMapFunction} with open, close and a runtime context. */
public abstract class RichCoFlatMapFunction<I1, I2, O> extends AbstractRichFunction
    implements CoFlatMapFunction<I1, I2, O> {}
