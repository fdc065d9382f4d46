package dev.weft.engine.operator.window;

import dev.weft.api.windowing.assigners.WindowAssigner.WindowAssignerContext;
import dev.weft.engine.operator.KeyedOperator;

/** The context of all calls of an assigner. */
final class AssignerCall extends WindowAssignerContext {
  private final KeyedOperator owner;

  AssignerCall(KeyedOperator owner) {
    this.owner = owner;
  }

  @Override
  public long getCurrentProcessingTime() {
    return owner.context.clock().currentTimeMillis();
  }
}
