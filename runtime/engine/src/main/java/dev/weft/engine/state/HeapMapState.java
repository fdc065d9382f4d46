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
  private final boolean listsAsValues;
  private V lent;
  private int lentUnits;

  HeapMapState(RowStore store, StateColumn column) {
    super(store, column);
    this.listsAsValues = contents != null && contents.listsAsValues();
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
    V value = map == null ? null : map.get(key);
    lend(value);
    return value;
  }

  /** Remembers how large a list is that the user may change before it is put again. */
  private void lend(V value) {
    if (listsAsValues) {
      lent = value;
      lentUnits = contents.unitsOf(value);
    }
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
    put(ownedOrNew(), key, value);
  }

  private void put(Map<K, V> map, K key, V value) {
    int sizeBefore = map.size();
    V before = map.put(key, value);
    if (contents == null) {
      return;
    }
    int units = map.size();
    if (listsAsValues) {
      units = cell().counted + contents.unitsOf(value);
      units -= map.size() > sizeBefore ? 0 : unitsBefore(before);
    }
    contents.changed(cell(), Math.max(map.size(), units), key, value);
    lend(value);
  }

  private int unitsBefore(V value) {
    return value == lent && value != null ? lentUnits : contents.unitsOf(value);
  }

  @Override
  public void putAll(Map<K, V> values) {
    if (!values.isEmpty()) {
      Map<K, V> map = ownedOrNew();
      values.forEach((key, value) -> put(map, key, value));
    }
  }

  @Override
  public void remove(K key) {
    if (!contains(key)) {
      return;
    }
    Map<K, V> map = owned();
    V removed = map.remove(key);
    if (map.isEmpty()) {
      clear();
    } else if (contents != null) {
      int units = listsAsValues ? cell().counted - unitsBefore(removed) : map.size();
      contents.count(cell(), Math.max(map.size(), units));
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
