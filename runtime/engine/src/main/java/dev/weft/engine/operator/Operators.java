package dev.weft.engine.operator;

import dev.weft.engine.protocol.ChainSpec;

/** Makes operators from what the planner says. */
public final class Operators {
  private Operators() {}

  /** The operator for a spec. */
  public static Operator create(ChainSpec.OperatorSpec spec) {
    throw new UnsupportedOperationException(spec.name());
  }

  /** Whether the operator may block, so that its task needs a thread of its own. */
  public static boolean blocking(ChainSpec.OperatorSpec spec) {
    throw new UnsupportedOperationException(spec.name());
  }
}
