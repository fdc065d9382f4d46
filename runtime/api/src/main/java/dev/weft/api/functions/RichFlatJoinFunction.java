package dev.weft.api.functions;

/** A {@link FlatJoinFunction} with open, close and a runtime context. */
public abstract class RichFlatJoinFunction<IN1, IN2, OUT> extends AbstractRichFunction
    implements FlatJoinFunction<IN1, IN2, OUT> {}
