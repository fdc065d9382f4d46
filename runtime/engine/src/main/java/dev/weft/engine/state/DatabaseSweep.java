package dev.weft.engine.state;

import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.batch.ColumnCodec;
import dev.weft.engine.batch.ValueCodec;
import dev.weft.engine.state.RowCache.CachedRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Walks through what a store has in its database, a portion at a time and around again, and drops
 * what has expired. What the walk finds is looked at once more in the store, which may know better.
 */
final class DatabaseSweep {
  /** A walk begins with a search, which is to pay. */
  private static final int PORTION = 1024;

  /** A look into the database costs about as much as so many on the heap. */
  private static final int HEAP_KEYS_PER_LOOK = 5;

  private final DatabaseStateStore store;
  private final RowDatabase database;
  private final RowFormat format;
  private final ColumnCodec keyCodec;
  private long credit;
  private int place;
  private byte[] next = new byte[0];

  DatabaseSweep(DatabaseStateStore store, RowDatabase database) {
    this.store = store;
    this.database = database;
    this.format = new RowFormat(store);
    this.keyCodec = store.newKeyCodec();
  }

  /** A row with something that has expired, or an entry of a map. */
  private record Due(Object key, int hash, DatabaseMapState<?, ?> map, Object entry) {}

  /** Does the work for so many keys on the heap, or waits for more; whether it selected keys. */
  boolean run(long keys) {
    credit = Math.min(credit + keys, 2L * PORTION * HEAP_KEYS_PER_LOOK);
    if (credit < PORTION * HEAP_KEYS_PER_LOOK) {
      return false;
    }
    credit -= PORTION * HEAP_KEYS_PER_LOOK;
    List<StateColumn> maps =
        store.columns.values().stream()
            .filter(each -> each.expiry() != null && each.handle() instanceof DatabaseMapState)
            .toList();
    place = place > maps.size() ? 0 : place;
    StateColumn column = place == 0 ? null : maps.get(place - 1);
    List<Due> due = new ArrayList<>();
    if (walk(column, due)) {
      place = place == maps.size() ? 0 : place + 1;
      next = new byte[0];
    }
    drop(column, due);
    return !due.isEmpty();
  }

  /** Looks at a portion of the rows, or of a column's entries; true at their end. */
  private boolean walk(StateColumn column, List<Due> due) {
    int family =
        column == null ? RowDatabase.ROWS : ((DatabaseMapState<?, ?>) column.handle()).family();
    ValueCodec entries =
        column == null ? null : ((DatabaseMapState<?, ?>) column.handle()).newKeyCodec();
    ValueCodec values =
        column == null ? null : ((DatabaseMapState<?, ?>) column.handle()).newValueCodec();
    try (RowDatabase.View view = database.view();
        RowDatabase.Cursor cursor = view.range(family, next, null)) {
      for (int i = 0; i < PORTION; i++) {
        if (!cursor.next()) {
          return true;
        }
        byte[] name = cursor.key();
        byte[] value = cursor.value();
        next = Arrays.copyOf(name, name.length + 1);
        ByteSource source = new ByteSource(name, 0, name.length);
        int hash = source.readInt();
        source.readVarInt();
        Object key = keyCodec.readValue(source);
        if (column == null) {
          if (anyExpired(key, hash, name, value)) {
            due.add(new Due(key, hash, null, null));
          }
          continue;
        }
        int entryAt = name.length - source.remaining();
        Object entry = entries.read(ByteBuffer.wrap(name).position(entryAt));
        Map<?, ?> single = Map.of(entry, values.read(ByteBuffer.wrap(value)));
        if (column.expiry().live(single, column.expiry().nowMillis()) == null) {
          due.add(new Due(key, hash, (DatabaseMapState<?, ?>) column.handle(), entry));
        }
      }
    }
    return false;
  }

  private boolean anyExpired(Object key, int hash, byte[] name, byte[] value) {
    CachedRow row = new CachedRow(key, hash, name, store.columns.size() + 1);
    format.read(row, value, 0, value.length);
    for (StateColumn column : store.columns.values()) {
      Object known = expiring(column, row.cells[column.offset]);
      if (known != null && column.expiry().live(known, column.expiry().nowMillis()) != known) {
        return true;
      }
    }
    return false;
  }

  /** The value in a cell that may expire as a whole, or null. */
  private static Object expiring(StateColumn column, Object cell) {
    if (column.expiry() == null || column.handle() instanceof DatabaseMapState) {
      return null;
    }
    Object value = cell instanceof HeapState.Cell inner ? inner.value : cell;
    return value instanceof byte[] ? null : value;
  }

  private void drop(StateColumn column, List<Due> due) {
    for (int i = 0; i < due.size(); i++) {
      Due each = due.get(i);
      store.selectKey(each.key, each.hash);
      if (each.map == null) {
        dropValues();
        continue;
      }
      each.map.expire(each.entry, column.expiry());
      boolean last = i + 1 == due.size() || !due.get(i + 1).key.equals(each.key);
      if (last && each.map.isEmpty()) {
        each.map.clear();
      }
    }
  }

  private void dropValues() {
    for (StateColumn column : store.columns.values()) {
      Object known = expiring(column, store.cell(column.offset));
      if (known == null) {
        continue;
      }
      Object live = column.expiry().live(known, column.expiry().nowMillis());
      if (live == null) {
        store.clear(column.offset);
      } else if (live != known) {
        store.put(column.offset, new HeapState.Cell(live, store.generation().number()));
      }
    }
  }
}
