package dev.weft.api.savepoint;

import dev.weft.api.DataStream;

/** Begins what fills the state of an operator. */
public final class OperatorTransformation {
  private OperatorTransformation() {}

  /** The state comes from the records of a bounded stream. */
  public static <T> OneInputStateTransformation<T> bootstrapWith(DataStream<T> stream) {
    return new OneInputStateTransformation<>(stream);
  }
}
