package dev.weft.api.state;

/**
 * Sees the state of one key after the other.
 *
 * @param <K> the key
 * @param <S> the state
 */
@FunctionalInterface
public interface KeyedStateFunction<K, S extends State> {
  /** Handles the state of a key, which it may change. */
  void process(K key, S state) throws Exception;
}
