package dev.weft.engine.operator;

import dev.weft.api.functions.KeySelector;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.Partitioning;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.protocol.ChainSpec;
import java.util.List;

/** Makes specs of operators. */
final class Specs {
  private Specs() {}

  /** An operator on a stream without keys. */
  static ChainSpec.OperatorSpec plain(Operation.Physical operation) {
    return new ChainSpec.OperatorSpec(
        "uid-1", "Step", "Program.java:7", operation, null, null, null);
  }

  /** An operator of two inputs without keys. */
  static ChainSpec.OperatorSpec pair(TwoInputOperation operation) {
    ChainSpec.OperatorInput input = new ChainSpec.OperatorInput(null, null);
    return pair(operation, input, input);
  }

  /** An operator of two inputs. */
  static ChainSpec.OperatorSpec pair(
      TwoInputOperation operation, ChainSpec.OperatorInput first, ChainSpec.OperatorInput second) {
    return new ChainSpec.OperatorSpec(
        "uid-1", "Step", "Program.java:7", operation, List.of(first, second), null);
  }

  /** A keyed input. */
  static <T, K> ChainSpec.OperatorInput by(
      Class<T> type, KeySelector<T, K> selector, Class<K> keyType) {
    return new ChainSpec.OperatorInput(
        TypeInformation.of(type), new Partitioning.Hash<>(selector, TypeInformation.of(keyType)));
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
