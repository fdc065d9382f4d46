package dev.weft.api.functions;

/** A {@link JoinFunction} with open, close and a runtime context. */
public abstract class RichJoinFunction<IN1, IN2, OUT> extends AbstractRichFunction
    implements JoinFunction<IN1, IN2, OUT> {}
