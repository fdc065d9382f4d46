package dev.weft.engine.batch;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Maps: all sizes, then all entries in the maps' order, in blocks of a column of keys and a column
 * of values.
 */
final class MapColumn extends ColumnCodec {
  private final ColumnCodec key;
  private final ColumnCodec value;
  private Object[] keys = new Object[0];
  private Object[] values = new Object[0];
  private int[] lengths = new int[0];

  MapColumn(ColumnCodec key, ColumnCodec value) {
    this.key = key;
    this.value = value;
  }

  @Override
  void writeDense(Object[] maps, int size, ByteSink target) {
    lengths = room(lengths, size);
    long total = 0;
    for (int i = 0; i < size; i++) {
      lengths[i] = ((Map<?, ?>) maps[i]).size();
      total += lengths[i];
      target.writeVarInt(lengths[i]);
    }
    keys = room(keys, (int) Math.min(VALUES_MAX, total));
    values = room(values, (int) Math.min(VALUES_MAX, total));
    int filled = 0;
    for (int i = 0; i < size; i++) {
      int count = 0;
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) maps[i]).entrySet()) {
        if (filled == VALUES_MAX) {
          writeBlock(filled, target);
          filled = 0;
        }
        if (++count > lengths[i]) {
          throw SequenceColumn.changed();
        }
        keys[filled] = entry.getKey();
        values[filled++] = entry.getValue();
      }
      if (count != lengths[i]) {
        throw SequenceColumn.changed();
      }
    }
    if (filled > 0) {
      writeBlock(filled, target);
    }
    forget((int) Math.min(VALUES_MAX, total));
  }

  private void writeBlock(int filled, ByteSink target) {
    key.write(keys, filled, target);
    value.write(values, filled, target);
  }

  private void forget(int used) {
    Arrays.fill(keys, 0, used, null);
    Arrays.fill(values, 0, used, null);
  }

  @Override
  void readDense(ByteSource source, Object[] target, int size) {
    lengths = room(lengths, size);
    long total = SequenceColumn.readLengths(source, lengths, size);
    long left = total;
    int filled = 0;
    int next = 0;
    for (int i = 0; i < size; i++) {
      Map<Object, Object> map = new LinkedHashMap<>();
      for (int k = lengths[i]; k > 0; k--) {
        if (next == filled) {
          filled = (int) Math.min(VALUES_MAX, left);
          left -= filled;
          next = 0;
          keys = room(keys, filled);
          values = room(values, filled);
          key.read(source, keys, filled);
          value.read(source, values, filled);
        }
        map.put(keys[next], values[next]);
        next++;
      }
      target[i] = map;
    }
    forget((int) Math.min(VALUES_MAX, total));
  }

  @Override
  public Object copy(Object map) {
    Map<Object, Object> copy = new LinkedHashMap<>();
    ((Map<?, ?>) map)
        .forEach(
            (k, v) -> copy.put(k == null ? null : key.copy(k), v == null ? null : value.copy(v)));
    return copy;
  }

  @Override
  public boolean immutable() {
    return false;
  }
}
