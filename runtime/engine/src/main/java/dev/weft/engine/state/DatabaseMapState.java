package dev.weft.engine.state;

import dev.weft.api.state.MapState;
import dev.weft.api.types.TypeInformation.MapType;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ValueCodec;
import java.nio.ByteBuffer;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * A map per key whose entries lie in a family of their own, each under the row's name and the
 * entry's key, so that a map may be larger than memory. Entries that were touched are kept with the
 * row.
 */
final class DatabaseMapState<K, V> implements MapState<K, V> {
  private final DatabaseStateStore store;
  private final StateColumn column;
  private final int family;
  private final MapType<?, ?> type;
  private final ValueCodec keyCodec;
  private final ValueCodec valueCodec;
  private final ByteSink scratch = new ByteSink(64);

  DatabaseMapState(DatabaseStateStore store, StateColumn column, int family, MapType<?, ?> type) {
    this.store = store;
    this.column = column;
    this.family = family;
    this.type = type;
    this.keyCodec = newKeyCodec();
    this.valueCodec = newValueCodec();
  }

  /** A codec of entries' keys for one thread. */
  ValueCodec newKeyCodec() {
    return ValueCodec.of(type.key());
  }

  /** A codec of entries' values for one thread. */
  ValueCodec newValueCodec() {
    return ValueCodec.of(type.value());
  }

  int family() {
    return family;
  }

  /** What the current row has of this map, or null. */
  private CachedMap current() {
    return (CachedMap) store.cell(column.offset);
  }

  private CachedMap currentOrNew() {
    CachedMap map = current();
    if (map == null) {
      map = new CachedMap(false);
      store.put(column.offset, map);
    } else {
      store.changing();
    }
    return map;
  }

  @Override
  public V get(K key) {
    CachedMap map = current();
    CachedMap.Entry entry = map == null ? null : entry(map, key);
    return entry == null ? null : valueOf(entry);
  }

  @SuppressWarnings("unchecked")
  private V valueOf(CachedMap.Entry entry) {
    if (!valueCodec.immutable()) {
      // the caller may change what it gets
      entry.dirty = true;
      store.changing();
    }
    return (V) entry.value;
  }

  /** The entry of a key, which may be one that says that there is none; null when unknown. */
  private CachedMap.Entry entry(CachedMap map, K key) {
    CachedMap.Entry entry = map.entries.get(key);
    if (entry == null && map.stored) {
      byte[] value = store.database().find(family, nameOf(store.currentName(), key));
      if (value != null) {
        entry = new CachedMap.Entry(valueCodec.read(ByteBuffer.wrap(value)), false);
        map.entries.put(ownKey(key), entry);
        store.grown(value.length + CachedMap.ENTRY_BYTES);
      }
    }
    return entry == null || entry.removed ? null : entry;
  }

  private Object ownKey(K key) {
    return keyCodec.immutable() ? key : keyCodec.copy(key);
  }

  private byte[] nameOf(byte[] row, Object key) {
    scratch.reset();
    scratch.write(row, 0, row.length);
    keyCodec.write(key, scratch);
    return scratch.toBytes();
  }

  @Override
  public void put(K key, V value) {
    CachedMap map = currentOrNew();
    CachedMap.Entry entry = map.entries.get(key);
    if (entry == null) {
      map.entries.put(ownKey(key), new CachedMap.Entry(value, true));
      store.grown(CachedMap.ENTRY_BYTES);
    } else {
      entry.value = value;
      entry.removed = false;
      entry.dirty = true;
    }
  }

  @Override
  public void putAll(Map<K, V> values) {
    values.forEach(this::put);
  }

  @Override
  public void remove(K key) {
    CachedMap map = current();
    if (map == null) {
      return;
    }
    store.changing();
    if (map.stored) {
      CachedMap.Entry gone = new CachedMap.Entry(null, true);
      gone.removed = true;
      map.entries.put(ownKey(key), gone);
    } else {
      map.entries.remove(key);
      if (map.entries.isEmpty()) {
        clear();
      }
    }
  }

  @Override
  public boolean contains(K key) {
    CachedMap map = current();
    return map != null && entry(map, key) != null;
  }

  @Override
  public Iterable<Map.Entry<K, V>> entries() {
    return Entries::new;
  }

  @Override
  public Iterable<K> keys() {
    return () -> new Keys<>(new Entries());
  }

  @Override
  public Iterable<V> values() {
    return () -> new Values<>(new Entries());
  }

  @Override
  public boolean isEmpty() {
    CachedMap map = current();
    if (map == null) {
      return true;
    }
    for (CachedMap.Entry entry : map.entries.values()) {
      if (!entry.removed) {
        return false;
      }
    }
    return !map.stored || !new Entries().hasNext();
  }

  @Override
  public void clear() {
    CachedMap map = current();
    if (map != null) {
      byte[] row = store.currentName();
      boolean stored = map.stored;
      store.clear(column.offset);
      if (stored) {
        store.database().deleteAll(family, row);
      }
    }
  }

  /** Removes an entry of the current row if it has expired. */
  @SuppressWarnings("unchecked")
  void expire(Object key, Expiry expiry) {
    CachedMap map = current();
    CachedMap.Entry entry = map == null ? null : entry(map, (K) key);
    if (entry != null && expiry.live(Map.of(key, entry.value), expiry.nowMillis()) == null) {
      remove((K) key);
    }
  }

  /** Takes a whole map in place of what the current row has. */
  void replace(Map<K, V> values) {
    clear();
    putAll(values);
  }

  /** Gathers what the database does not know of a row's map. */
  void save(CachedMap map, byte[] row) {
    Iterator<Map.Entry<Object, CachedMap.Entry>> all = map.entries.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Object, CachedMap.Entry> each = all.next();
      CachedMap.Entry entry = each.getValue();
      if (!entry.dirty) {
        continue;
      }
      byte[] name = nameOf(row, each.getKey());
      if (entry.removed) {
        store.database().delete(family, name);
        all.remove();
      } else {
        scratch.reset();
        valueCodec.write(entry.value, scratch);
        store.database().put(family, name, scratch.array(), scratch.position());
        entry.dirty = false;
        map.stored = true;
      }
    }
  }

  /**
   * The entries of the key that is the current one when the walk begins, as of then. A map of which
   * the database knows something is brought up to date there first, and walked there.
   */
  private final class Entries implements Iterator<Map.Entry<K, V>> {
    private final Object key = store.currentKey();
    private final int hash = store.currentHash();
    private final Iterator<Map.Entry<K, V>> all;
    private Map.Entry<K, V> last;

    Entries() {
      CachedMap map = current();
      if (map == null) {
        all = Collections.emptyIterator();
      } else if (map.stored) {
        save(map, store.currentName());
        store.database().write();
        all = new Stored(map, store.currentName());
      } else {
        all = inMemory(map);
      }
    }

    @SuppressWarnings("unchecked")
    private Iterator<Map.Entry<K, V>> inMemory(CachedMap map) {
      List<Map.Entry<K, V>> entries = new ArrayList<>();
      map.entries.forEach((k, entry) -> entries.add(new Element((K) k, valueOf(entry))));
      return entries.iterator();
    }

    @Override
    public boolean hasNext() {
      return all.hasNext();
    }

    @Override
    public Map.Entry<K, V> next() {
      last = all.next();
      return last;
    }

    @Override
    public void remove() {
      if (last == null) {
        throw new IllegalStateException("remove() is called before next()");
      }
      store.selectKey(key, hash);
      DatabaseMapState.this.remove(last.getKey());
      last = null;
    }
  }

  /** An entry of which a change is a change of the state. */
  private final class Element extends AbstractMap.SimpleEntry<K, V> {
    private static final long serialVersionUID = 1;

    Element(K key, V value) {
      super(key, value);
    }

    @Override
    public V setValue(V value) {
      put(getKey(), value);
      return super.setValue(value);
    }
  }

  /** Entries of the database, read in portions, so that nothing stays open between calls. */
  private final class Stored implements Iterator<Map.Entry<K, V>> {
    private static final int PORTION = 256;

    private final CachedMap map;
    private final byte[] row;
    private final List<Map.Entry<K, V>> portion = new ArrayList<>();
    private byte[] after;
    private int next;
    private boolean exhausted;

    Stored(CachedMap map, byte[] row) {
      this.map = map;
      this.row = row;
    }

    @Override
    public boolean hasNext() {
      while (next == portion.size() && !exhausted) {
        portion.clear();
        next = 0;
        read();
      }
      return next < portion.size();
    }

    @SuppressWarnings("unchecked")
    private void read() {
      try (RowDatabase.Cursor cursor = store.database().cursor(family, row, after)) {
        for (int i = 0; i < PORTION; i++) {
          if (!cursor.next()) {
            exhausted = true;
            return;
          }
          after = cursor.key();
          K key = (K) keyCodec.read(ByteBuffer.wrap(after).position(row.length));
          CachedMap.Entry known = map.entries.get(key);
          if (known == null) {
            portion.add(new Element(key, (V) valueCodec.read(ByteBuffer.wrap(cursor.value()))));
          } else if (!known.removed) {
            portion.add(new Element(key, (V) known.value));
          }
        }
      }
    }

    @Override
    public Map.Entry<K, V> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return portion.get(next++);
    }
  }

  private record Keys<K, V>(Iterator<Map.Entry<K, V>> entries) implements Iterator<K> {
    @Override
    public boolean hasNext() {
      return entries.hasNext();
    }

    @Override
    public K next() {
      return entries.next().getKey();
    }

    @Override
    public void remove() {
      entries.remove();
    }
  }

  private record Values<K, V>(Iterator<Map.Entry<K, V>> entries) implements Iterator<V> {
    @Override
    public boolean hasNext() {
      return entries.hasNext();
    }

    @Override
    public V next() {
      return entries.next().getValue();
    }

    @Override
    public void remove() {
      entries.remove();
    }
  }

  /** What a row in memory knows of a map whose entries lie in a database. */
  static final class CachedMap {
    /** Rough memory of an entry beside its value, bytes. */
    static final int ENTRY_BYTES = 80;

    final Map<Object, Entry> entries = new HashMap<>();

    /** Whether the database may have entries. */
    boolean stored;

    CachedMap(boolean stored) {
      this.stored = stored;
    }

    /** An entry, or the fact that there is none. */
    static final class Entry {
      Object value;
      boolean removed;
      boolean dirty;

      Entry(Object value, boolean dirty) {
        this.value = value;
        this.dirty = dirty;
      }
    }
  }
}
