package dev.weft.api.state;

import java.util.Map;

/**
 * The readable side of a {@link BroadcastState}. It does not depend on the current key.
 *
 * @param <K> the map's keys
 * @param <V> the map's values
 */
public interface ReadOnlyBroadcastState<K, V> extends State {
  /** The value of a map key, or null. Not to be changed. */
  V get(K key) throws Exception;

  /** Whether the map key is there. */
  boolean contains(K key) throws Exception;

  /** All entries in the order in which their keys were first put. Not to be changed. */
  Iterable<Map.Entry<K, V>> immutableEntries() throws Exception;
}
