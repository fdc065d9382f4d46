package dev.weft.api.state;

import java.util.Iterator;
import java.util.Map;

/**
 * A map that is the same in all subtasks of an operator. Change it only from what all subtasks see
 * in one way: the records of a broadcast stream.
 *
 * @param <K> the map's keys
 * @param <V> the map's values
 */
public interface BroadcastState<K, V> extends ReadOnlyBroadcastState<K, V> {
  /** Sets a value. */
  void put(K key, V value) throws Exception;

  /** Sets all values. */
  void putAll(Map<K, V> map) throws Exception;

  /** Removes a map key. */
  void remove(K key) throws Exception;

  /** All entries; the iterator may remove. */
  Iterator<Map.Entry<K, V>> iterator() throws Exception;

  /** All entries; values may be set and entries removed. */
  Iterable<Map.Entry<K, V>> entries() throws Exception;
}
