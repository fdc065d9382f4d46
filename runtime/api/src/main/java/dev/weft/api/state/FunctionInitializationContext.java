package dev.weft.api.state;

import java.util.OptionalLong;

/** Where a {@link CheckpointedFunction} finds its states. Valid during the call only. */
public interface FunctionInitializationContext {
  /** Whether the states come from a checkpoint. */
  default boolean isRestored() {
    return getRestoredCheckpointId().isPresent();
  }

  /** The checkpoint that the states come from, if any. */
  OptionalLong getRestoredCheckpointId();

  /** States of the operator as a whole. The store may be used until the function is closed. */
  OperatorStateStore getOperatorStateStore();

  /**
   * States per key.
   *
   * @throws dev.weft.api.error.WeftException with code USER at the first use when the input is not
   *     keyed
   */
  KeyedStateStore getKeyedStateStore();
}
