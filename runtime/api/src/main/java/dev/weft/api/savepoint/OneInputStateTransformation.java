package dev.weft.api.savepoint;

import dev.weft.api.DataStream;
import dev.weft.api.functions.KeySelector;
import dev.weft.api.graph.SavepointOperation;
import dev.weft.api.types.TypeInformation;

/**
 * Records that fill the state of an operator.
 *
 * @param <T> the records
 */
public final class OneInputStateTransformation<T> {
  private final DataStream<T> stream;

  OneInputStateTransformation(DataStream<T> stream) {
    this.stream = stream;
  }

  /** Fills keyed state; the key is that of the operator's input. */
  public <K> KeyedStateTransformation<K, T> keyBy(KeySelector<T, K> keySelector) {
    return new KeyedStateTransformation<>(stream.keyBy(keySelector));
  }

  /** Fills keyed state; the type of the key is given. */
  public <K> KeyedStateTransformation<K, T> keyBy(
      KeySelector<T, K> keySelector, TypeInformation<K> keyType) {
    return new KeyedStateTransformation<>(stream.keyBy(keySelector, keyType));
  }

  /** Fills lists. */
  public StateBootstrapTransformation<T> transform(StateBootstrapFunction<T> processFunction) {
    return new StateBootstrapTransformation<>(
        stream, target -> new SavepointOperation.Bootstrap(processFunction, target), false);
  }

  /** Fills broadcast states. */
  public StateBootstrapTransformation<T> transform(
      BroadcastStateBootstrapFunction<T> processFunction) {
    return new StateBootstrapTransformation<>(
        stream, target -> new SavepointOperation.Bootstrap(processFunction, target), true);
  }
}
