package dev.weft.engine.state;

import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.batch.ColumnCodec;
import dev.weft.engine.batch.ValueCodec;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.state.DatabaseMapState.CachedMap;
import dev.weft.engine.state.RowCache.CachedRow;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How rows lie in a database. A row's name is the key's hash in four bytes, the length of the key
 * and the key: since a hash's top bits say its key group, rows lie in the order of key groups. A
 * row's value is the number of its columns, a bit for each that is there, and the values of those
 * with their lengths. A map that has entries of its own is there with no bytes; each entry's name
 * is the row's and the entry's key.
 */
final class RowFormat {
  private final DatabaseStateStore store;
  private final ColumnCodec keyCodec;
  private final ByteSink scratch = new ByteSink(64);
  private final ByteSink name = new ByteSink(64);
  private int[] bits = new int[8];

  /** A format for one thread; the store's own codecs are left alone. */
  RowFormat(DatabaseStateStore store) {
    this.store = store;
    this.keyCodec = store.newKeyCodec();
  }

  /** The name of a key's row. */
  byte[] nameOf(Object key, int hash) {
    scratch.reset();
    keyCodec.writeValue(key, scratch);
    int length = scratch.position();
    name.reset();
    name.writeInt(hash);
    name.writeVarInt(length);
    name.write(scratch.array(), 0, length);
    return name.toBytes();
  }

  /** The key, as a copy where the user could change it. */
  Object ownKey(Object key) {
    return keyCodec.immutable() ? key : keyCodec.copy(key);
  }

  /** Appends the value of a row, whose maps are saved to their families. */
  void write(CachedRow row, ByteSink target) {
    int count = store.columns.size();
    room(count);
    for (StateColumn column : store.columns.values()) {
      bits[column.offset - 1] = isThere(row.cells[column.offset]) ? 1 : 0;
    }
    target.writeVarInt(count);
    target.writeBits(bits, count);
    for (StateColumn column : store.columns.values()) {
      if (bits[column.offset - 1] != 0) {
        writeCell(column, row, target);
      }
    }
  }

  private static boolean isThere(Object cell) {
    return cell instanceof HeapState.Cell inner && inner.value instanceof Collection<?> list
        ? !list.isEmpty()
        : cell != null;
  }

  private void writeCell(StateColumn column, CachedRow row, ByteSink target) {
    Object cell = row.cells[column.offset];
    if (cell instanceof CachedMap map) {
      ((DatabaseMapState<?, ?>) column.handle()).save(map, row.name);
      target.writeVarInt(0);
      return;
    }
    if (cell instanceof byte[] bytes && !column.declared()) {
      target.writeVarInt(bytes.length);
      target.write(bytes, 0, bytes.length);
      return;
    }
    scratch.reset();
    column.codec().writeValue(cell instanceof HeapState.Cell inner ? inner.value : cell, scratch);
    target.writeVarInt(scratch.position());
    target.write(scratch.array(), 0, scratch.position());
  }

  /** Fills the cells of a row from its value, which lies in an array. */
  void read(CachedRow row, byte[] bytes, int at, int length) {
    ByteSource source = new ByteSource(bytes, at, at + length);
    int count = source.readVarInt();
    room(count);
    source.readBits(bits, count);
    for (StateColumn column : store.columns.values()) {
      if (column.offset <= count && bits[column.offset - 1] != 0) {
        row.cells[column.offset] = source.readByteArray(source.readVarInt());
        decode(row, column);
      }
    }
  }

  /** Decodes a cell that is bytes as long as its column is not declared. */
  void decode(CachedRow row, StateColumn column) {
    if (!column.declared() || !(row.cells[column.offset] instanceof byte[] bytes)) {
      return;
    }
    if (!(column.handle() instanceof DatabaseMapState<?, ?>)) {
      row.cells[column.offset] =
          column.decode(bytes, store.operator(), store.generation().number());
    } else if (bytes.length == 0) {
      row.cells[column.offset] = new CachedMap(true);
    } else {
      CachedMap map = new CachedMap(false);
      mapOf(column, bytes)
          .forEach((key, value) -> map.entries.put(key, new CachedMap.Entry(value, true)));
      row.cells[column.offset] = map;
    }
  }

  private Map<?, ?> mapOf(StateColumn column, byte[] bytes) {
    return (Map<?, ?>)
        ((HeapState.Cell) column.decode(bytes, store.operator(), store.generation().number()))
            .value;
  }

  /** Takes a map of a snapshot into the current row. */
  @SuppressWarnings("unchecked")
  <K, V> void replace(DatabaseMapState<K, V> map, StateColumn column, byte[] bytes) {
    map.replace((Map<K, V>) mapOf(column, bytes));
  }

  private void room(int count) {
    if (bits.length < count) {
      bits = new int[count];
    }
  }

  /** The rows of a key group, with cells that are bytes as in a snapshot. */
  FrozenRows.Rows rows(RowDatabase.View view, int group, List<StateColumn> columns) {
    byte[] first = boundary(group);
    byte[] end = group + 1 == store.maxParallelism() ? null : boundary(group + 1);
    List<MapReader> maps = columns.stream().map(MapReader::of).toList();
    return action -> {
      try (RowDatabase.Cursor cursor = view.range(RowDatabase.ROWS, first, end)) {
        while (cursor.next()) {
          action.accept(frozen(view, cursor.key(), cursor.value(), maps));
        }
      }
    };
  }

  /** Adds the keys of a key group that have a column. */
  void gatherKeys(
      RowDatabase.View view, int group, StateColumn column, List<RowStore.HashedKey> keys) {
    byte[] first = boundary(group);
    byte[] end = group + 1 == store.maxParallelism() ? null : boundary(group + 1);
    try (RowDatabase.Cursor cursor = view.range(RowDatabase.ROWS, first, end)) {
      while (cursor.next()) {
        byte[] value = cursor.value();
        ByteSource row = new ByteSource(value, 0, value.length);
        int count = row.readVarInt();
        room(count);
        row.readBits(bits, count);
        if (column.offset <= count && bits[column.offset - 1] != 0) {
          byte[] name = cursor.key();
          ByteSource source = new ByteSource(name, 0, name.length);
          int hash = source.readInt();
          source.readVarInt();
          keys.add(new RowStore.HashedKey(keyCodec.readValue(source), hash));
        }
      }
    }
  }

  /**
   * Copies the rows of this store's key groups, and the entries of their maps.
   *
   * @param columns of the source, in its order
   * @return how many rows
   */
  long copy(RowDatabase source, List<StateColumn> columns, RowDatabase target) {
    byte[] first = boundary(store.firstKeyGroup);
    int endGroup = store.firstKeyGroup + store.groupCount;
    byte[] end = endGroup == store.maxParallelism() ? null : boundary(endGroup);
    long rows = 0;
    try (RowDatabase.View view = source.view()) {
      try (RowDatabase.Cursor cursor = view.range(RowDatabase.ROWS, first, end)) {
        while (cursor.next()) {
          byte[] value = moved(cursor.value(), columns);
          target.put(RowDatabase.ROWS, cursor.key(), value, value.length);
          rows++;
        }
      }
      for (int i = 0; i < columns.size(); i++) {
        if (columns.get(i).kind == StateColumn.Kind.MAP) {
          int from = source.family(DatabaseStateStore.mapFamily(i + 1));
          int to = target.family(DatabaseStateStore.mapFamily(columns.get(i).offset));
          try (RowDatabase.Cursor cursor = view.range(from, first, end)) {
            while (cursor.next()) {
              byte[] value = cursor.value();
              target.put(to, cursor.key(), value, value.length);
            }
          }
        }
      }
    }
    target.write();
    return rows;
  }

  /** The value of a row whose columns had another order. */
  private byte[] moved(byte[] value, List<StateColumn> columns) {
    ByteSource source = new ByteSource(value, 0, value.length);
    int count = source.readVarInt();
    room(count);
    source.readBits(bits, count);
    byte[][] values = new byte[store.columns.size()][];
    for (int i = 0; i < count; i++) {
      if (bits[i] != 0) {
        values[columns.get(i).offset - 1] = source.readByteArray(source.readVarInt());
      }
    }
    scratch.reset();
    scratch.writeVarInt(values.length);
    room(values.length);
    for (int i = 0; i < values.length; i++) {
      bits[i] = values[i] == null ? 0 : 1;
    }
    scratch.writeBits(bits, values.length);
    for (byte[] each : values) {
      if (each != null) {
        scratch.writeVarInt(each.length);
        scratch.write(each, 0, each.length);
      }
    }
    return scratch.toBytes();
  }

  /** The lowest name of a key group. */
  private byte[] boundary(int group) {
    int hash = KeyGroups.lowestHash(group, store.maxParallelism());
    return ByteBuffer.allocate(Integer.BYTES).putInt(hash).array();
  }

  private FrozenRows.Row frozen(
      RowDatabase.View view, byte[] name, byte[] value, List<MapReader> maps) {
    Object[] cells = new Object[maps.size() + 1];
    ByteSource key = new ByteSource(name, 0, name.length);
    int hash = key.readInt();
    key.readVarInt();
    cells[0] = keyCodec.readValue(key);
    ByteSource source = new ByteSource(value, 0, value.length);
    int count = source.readVarInt();
    room(count);
    source.readBits(bits, count);
    for (int i = 0; i < count; i++) {
      if (bits[i] != 0) {
        byte[] bytes = source.readByteArray(source.readVarInt());
        MapReader map = maps.get(i);
        cells[i + 1] = map == null || bytes.length > 0 ? bytes : map.read(view, name);
      }
    }
    return new FrozenRows.Row(cells, 0, hash);
  }

  /** Puts the entries of a map together, for a snapshot. */
  private record MapReader(int family, ValueCodec keys, ValueCodec values, ColumnCodec whole) {
    static MapReader of(StateColumn column) {
      return column.handle() instanceof DatabaseMapState<?, ?> map
          ? new MapReader(map.family(), map.newKeyCodec(), map.newValueCodec(), column.writer())
          : null;
    }

    /** The bytes of a map, or null when it is empty. */
    byte[] read(RowDatabase.View view, byte[] row) {
      Map<Object, Object> entries = new LinkedHashMap<>();
      try (RowDatabase.Cursor cursor = view.cursor(family, row)) {
        while (cursor.next()) {
          entries.put(
              keys.read(ByteBuffer.wrap(cursor.key()).position(row.length)),
              values.read(ByteBuffer.wrap(cursor.value())));
        }
      }
      if (entries.isEmpty()) {
        return null;
      }
      ByteSink target = new ByteSink(64);
      whole.writeValue(entries, target);
      return target.toBytes();
    }
  }
}
