package dev.weft.engine.state;

import dev.weft.api.state.MapState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A map per key. The views may remove entries; a map that was emptied through a view counts as
 * there until its key is next written to, but is not part of a snapshot.
 */
final class HeapMapState<K, V> extends HeapState implements MapState<K, V> {
  HeapMapState(RowStore store, StateColumn column) {
    super(store, column);
  }

  @SuppressWarnings("unchecked")
  private Map<K, V> readable() {
    return (Map<K, V>) read();
  }

  @SuppressWarnings("unchecked")
  private Map<K, V> owned() {
    return (Map<K, V>) own();
  }

  @Override
  public V get(K key) {
    Map<K, V> map = column.elementsFixed() ? readable() : owned();
    return map == null ? null : map.get(key);
  }

  private Map<K, V> ownedOrNew() {
    Map<K, V> map = owned();
    if (map == null) {
      map = new LinkedHashMap<>();
      replace(map);
    }
    return map;
  }

  @Override
  public void put(K key, V value) {
    ownedOrNew().put(key, value);
  }

  @Override
  public void putAll(Map<K, V> values) {
    if (!values.isEmpty()) {
      ownedOrNew().putAll(values);
    }
  }

  @Override
  public void remove(K key) {
    if (!contains(key)) {
      return;
    }
    Map<K, V> map = owned();
    map.remove(key);
    if (map.isEmpty()) {
      clear();
    }
  }

  @Override
  public boolean contains(K key) {
    Map<K, V> map = readable();
    return map != null && map.containsKey(key);
  }

  @Override
  public Iterable<Map.Entry<K, V>> entries() {
    Map<K, V> map = owned();
    return map == null ? List.of() : map.entrySet();
  }

  @Override
  public Iterable<K> keys() {
    Map<K, V> map = owned();
    return map == null ? List.of() : map.keySet();
  }

  @Override
  public Iterable<V> values() {
    Map<K, V> map = owned();
    return map == null ? List.of() : map.values();
  }

  @Override
  public boolean isEmpty() {
    Map<K, V> map = readable();
    return map == null || map.isEmpty();
  }
}
