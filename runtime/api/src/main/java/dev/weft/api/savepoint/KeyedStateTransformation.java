package dev.weft.api.savepoint;

import dev.weft.api.KeyedStream;
import dev.weft.api.graph.SavepointOperation;

/**
 * Keyed records that fill the keyed state of an operator.
 *
 * @param <K> the keys
 * @param <T> the records
 */
public final class KeyedStateTransformation<K, T> {
  private final KeyedStream<T, K> stream;

  KeyedStateTransformation(KeyedStream<T, K> stream) {
    this.stream = stream;
  }

  /** Fills the states of each key. */
  public StateBootstrapTransformation<T> transform(
      KeyedStateBootstrapFunction<K, T> processFunction) {
    return new StateBootstrapTransformation<>(
        stream, target -> new SavepointOperation.BootstrapKeyed(processFunction, target), false);
  }
}
