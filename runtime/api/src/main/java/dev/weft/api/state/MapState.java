package dev.weft.api.state;

import java.util.Iterator;
import java.util.Map;

/**
 * A map per key, in the order in which its keys were first put.
 *
 * @param <K> the map's keys
 * @param <V> the map's values
 */
public interface MapState<K, V> extends State {
  /** The value of a map key, or null. */
  V get(K key) throws Exception;

  /** Sets a value. */
  void put(K key, V value) throws Exception;

  /** Sets all values. */
  void putAll(Map<K, V> values) throws Exception;

  /** Removes a map key. */
  void remove(K key) throws Exception;

  /** Whether the map key is there. */
  boolean contains(K key) throws Exception;

  /** All entries. */
  Iterable<Map.Entry<K, V>> entries() throws Exception;

  /** All entries; the iterator may remove. */
  default Iterator<Map.Entry<K, V>> iterator() throws Exception {
    return entries().iterator();
  }

  /** All map keys. */
  Iterable<K> keys() throws Exception;

  /** All values. */
  Iterable<V> values() throws Exception;

  /** Whether there is no entry. */
  boolean isEmpty() throws Exception;
}
