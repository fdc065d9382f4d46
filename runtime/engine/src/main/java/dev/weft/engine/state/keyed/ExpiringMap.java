package dev.weft.engine.state.keyed;

import dev.weft.api.state.MapState;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A map whose entries expire one by one. */
final class ExpiringMap<K, V> implements MapState<K, V> {
  private final MapState<K, Stamped> kept;
  private final TimeToLive life;

  ExpiringMap(MapState<K, Stamped> kept, TimeToLive life) {
    this.kept = kept;
    this.life = life;
  }

  /** The entry's value as a read sees it; null when there is none to see. */
  private Stamped seen(K key) throws Exception {
    Stamped stamped = kept.get(key);
    if (stamped == null) {
      return null;
    }
    if (life.expired(stamped, life.nowMillis())) {
      kept.remove(key);
      return life.showsExpired() ? stamped : null;
    }
    if (life.renewsOnRead()) {
      kept.put(key, life.stamp(stamped.value()));
    }
    return stamped;
  }

  @Override
  @SuppressWarnings("unchecked")
  public V get(K key) throws Exception {
    Stamped stamped = seen(key);
    return stamped == null ? null : (V) stamped.value();
  }

  @Override
  public boolean contains(K key) throws Exception {
    return seen(key) != null;
  }

  @Override
  public void put(K key, V value) throws Exception {
    kept.put(key, life.stamp(value));
  }

  @Override
  public void putAll(Map<K, V> values) throws Exception {
    Map<K, Stamped> stamps = new LinkedHashMap<>();
    values.forEach((key, value) -> stamps.put(key, life.stamp(value)));
    kept.putAll(stamps);
  }

  @Override
  public void remove(K key) throws Exception {
    kept.remove(key);
  }

  @Override
  public Iterable<Map.Entry<K, V>> entries() throws Exception {
    List<Map.Entry<K, V>> entries = new ArrayList<>();
    List<K> expired = new ArrayList<>();
    long now = life.nowMillis();
    for (Map.Entry<K, Stamped> entry : kept.entries()) {
      boolean over = life.expired(entry.getValue(), now);
      if (over) {
        expired.add(entry.getKey());
      }
      if (!over || life.showsExpired()) {
        entries.add(new Entry(entry.getKey(), entry.getValue(), over));
      }
    }
    for (K key : expired) {
      kept.remove(key);
    }
    if (life.renewsOnRead()) {
      for (Map.Entry<K, V> entry : entries) {
        ((Entry) entry).renew();
      }
    }
    return () -> new Removing(entries.iterator());
  }

  @Override
  public Iterable<K> keys() throws Exception {
    Iterable<Map.Entry<K, V>> entries = entries();
    return () -> new Mapped<>(entries.iterator(), Map.Entry::getKey);
  }

  @Override
  public Iterable<V> values() throws Exception {
    Iterable<Map.Entry<K, V>> entries = entries();
    return () -> new Mapped<>(entries.iterator(), Map.Entry::getValue);
  }

  @Override
  public boolean isEmpty() throws Exception {
    long now = life.nowMillis();
    for (Map.Entry<K, Stamped> entry : kept.entries()) {
      if (life.showsExpired() || !life.expired(entry.getValue(), now)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void clear() {
    kept.clear();
  }

  /** What an iteration sees of an entry. */
  private final class Entry implements Map.Entry<K, V> {
    private final K key;
    private final boolean expired;
    private Stamped stamped;

    Entry(K key, Stamped stamped, boolean expired) {
      this.key = key;
      this.stamped = stamped;
      this.expired = expired;
    }

    void renew() throws Exception {
      if (!expired) {
        kept.put(key, life.stamp(stamped.value()));
      }
    }

    @Override
    public K getKey() {
      return key;
    }

    @Override
    @SuppressWarnings("unchecked")
    public V getValue() {
      return (V) stamped.value();
    }

    @Override
    public V setValue(V value) {
      V before = getValue();
      stamped = life.stamp(value);
      try {
        kept.put(key, stamped);
      } catch (Exception e) {
        throw unchecked(e);
      }
      return before;
    }
  }

  /** Removes from the map what it is told to remove. */
  private final class Removing implements Iterator<Map.Entry<K, V>> {
    private final Iterator<Map.Entry<K, V>> entries;
    private K last;

    Removing(Iterator<Map.Entry<K, V>> entries) {
      this.entries = entries;
    }

    @Override
    public boolean hasNext() {
      return entries.hasNext();
    }

    @Override
    public Map.Entry<K, V> next() {
      Map.Entry<K, V> next = entries.next();
      last = next.getKey();
      return next;
    }

    @Override
    public void remove() {
      entries.remove();
      try {
        kept.remove(last);
      } catch (Exception e) {
        throw unchecked(e);
      }
    }
  }

  /** Another look at the same iteration. */
  private record Mapped<A, B>(Iterator<A> source, java.util.function.Function<A, B> function)
      implements Iterator<B> {
    @Override
    public boolean hasNext() {
      return source.hasNext();
    }

    @Override
    public B next() {
      return function.apply(source.next());
    }

    @Override
    public void remove() {
      source.remove();
    }
  }

  private static RuntimeException unchecked(Exception e) {
    return e instanceof RuntimeException already ? already : new IllegalStateException(e);
  }
}
