package dev.weft.engine.operator.window;

import dev.weft.api.graph.WindowOperation;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.protocol.ChainSpec;

/** Makes the operators of windows. */
public final class WindowOperators {
  private WindowOperators() {}

  /** The operator for a spec. */
  public static Operator create(ChainSpec.OperatorSpec spec, WindowOperation<?, ?, ?> operation) {
    return new AnyWindowOperator(spec, operation);
  }
}
