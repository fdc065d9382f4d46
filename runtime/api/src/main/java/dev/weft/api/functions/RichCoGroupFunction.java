package dev.weft.api.functions;

/** A {@link CoGroupFunction} with open, close and a runtime context. */
public abstract class RichCoGroupFunction<IN1, IN2, O> extends AbstractRichFunction
    implements CoGroupFunction<IN1, IN2, O> {}
