package dev.weft.engine.operator;

import dev.weft.api.functions.KeySelector;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.Partitioning;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.protocol.ChainSpec;

/** Makes specs of operators. */
final class Specs {
  private Specs() {}

  /** An operator on a stream without keys. */
  static ChainSpec.OperatorSpec plain(Operation.Physical operation) {
    return new ChainSpec.OperatorSpec(
        "uid-1", "Step", "Program.java:7", operation, null, null, null);
  }

  /** An operator on a keyed stream. */
  static <T, K> ChainSpec.OperatorSpec keyed(
      Operation.Physical operation,
      Class<T> inputClass,
      KeySelector<T, K> selector,
      Class<K> keyClass) {
    TypeInformation<T> type = TypeInformation.of(inputClass);
    return new ChainSpec.OperatorSpec(
        "uid-1",
        "Step",
        "Program.java:7",
        operation,
        type,
        type,
        new Partitioning.Hash<>(selector, TypeInformation.of(keyClass)));
  }
}
