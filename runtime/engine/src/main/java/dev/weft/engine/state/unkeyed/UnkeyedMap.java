package dev.weft.engine.state.unkeyed;

import dev.weft.api.state.BroadcastState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.batch.ColumnCodec;
import dev.weft.engine.batch.TypeText;
import dev.weft.engine.protocol.OperatorSlice.Distribution;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** A map that is the same in all subtasks. */
final class UnkeyedMap<K, V> extends NamedState implements BroadcastState<K, V> {
  private final ColumnCodec keys;
  private final ColumnCodec values;
  private final Map<K, V> map = new LinkedHashMap<>();
  private final Object[] single = new Object[1];

  UnkeyedMap(MapStateDescriptor<K, V> descriptor) {
    super(descriptor.getName(), Distribution.BROADCAST, TypeText.of(descriptor.getType()));
    keys = ColumnCodec.of(descriptor.getType().key());
    values = ColumnCodec.of(descriptor.getType().value());
  }

  @Override
  public V get(K key) {
    return map.get(key);
  }

  @Override
  public boolean contains(K key) {
    return map.containsKey(key);
  }

  @Override
  public Iterable<Map.Entry<K, V>> immutableEntries() {
    return Collections.unmodifiableMap(map).entrySet();
  }

  @Override
  public void put(K key, V value) {
    map.put(key, value);
  }

  @Override
  public void putAll(Map<K, V> entries) {
    map.putAll(entries);
  }

  @Override
  public void remove(K key) {
    map.remove(key);
  }

  @Override
  public Iterator<Map.Entry<K, V>> iterator() {
    return map.entrySet().iterator();
  }

  @Override
  public Iterable<Map.Entry<K, V>> entries() {
    return map.entrySet();
  }

  @Override
  public void clear() {
    map.clear();
  }

  @Override
  int size() {
    return map.size();
  }

  @Override
  void write(Elements target) {
    map.forEach(
        (key, value) -> {
          ByteSink element = target.begin();
          write(keys, key, element);
          write(values, value, element);
          target.end();
        });
  }

  private void write(ColumnCodec codec, Object value, ByteSink target) {
    single[0] = value;
    codec.write(single, 1, target);
  }

  @Override
  @SuppressWarnings("unchecked")
  void restore(ByteSource element) {
    keys.read(element, single, 1);
    K key = (K) single[0];
    values.read(element, single, 1);
    map.put(key, (V) single[0]);
  }
}
