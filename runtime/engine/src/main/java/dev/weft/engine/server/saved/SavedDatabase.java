package dev.weft.engine.server.saved;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.batch.stored.PaneText;
import dev.weft.engine.batch.stored.StoredRows;
import dev.weft.engine.batch.stored.StoredType;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.state.RowDatabase;
import dev.weft.engine.state.panes.StoredPanes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows and panes that lie in a database, read without the user's classes. The names of the rows and
 * of the entries of their maps are those of the store that wrote them.
 */
final class SavedDatabase {
  private final RowDatabase database;
  private final StoredRows slice;
  private final int maxParallelism;
  private final String where;

  /**
   * A database of a slice.
   *
   * @param slice says what the states are, in the order of their columns
   * @param where for messages
   */
  SavedDatabase(RowDatabase database, StoredRows slice, int maxParallelism, String where) {
    this.database = database;
    this.slice = slice;
    this.maxParallelism = maxParallelism;
    this.where = where;
  }

  /**
   * Goes through all rows, key group by key group, then through all panes in the order of time.
   *
   * @throws WeftException with code DATA when something in it can not be understood
   */
  void forEach(StoredRows.Visitor visitor) {
    try (RowDatabase.View view = database.view()) {
      try (RowDatabase.Cursor cursor = view.range(RowDatabase.ROWS, new byte[0], null)) {
        while (!visitor.done() && cursor.next()) {
          visitor.row(row(view, cursor.key(), cursor.value()));
        }
      }
      for (String name : List.copyOf(database.families())) {
        if (StoredPanes.isFamily(name)) {
          panes(view, name, visitor);
        }
      }
    } catch (IndexOutOfBoundsException | NegativeArraySizeException e) {
      throw new WeftException(
          ErrorCode.DATA, "The database of " + where + " is damaged: " + e.getMessage(), e);
    }
  }

  private StoredRows.Row row(RowDatabase.View view, byte[] name, byte[] value) {
    ByteSource source = new ByteSource(name, 0, name.length);
    int group = KeyGroups.ofHash(source.readInt(), maxParallelism);
    source.readVarInt();
    Object key = one(slice.keyType(), source);
    Map<String, Object> values = new LinkedHashMap<>();
    ByteSource row = new ByteSource(value, 0, value.length);
    int count = row.readVarInt();
    List<StoredRows.State> states = slice.states();
    if (count > states.size()) {
      throw row.damaged("a row of " + where + " has " + count + " states");
    }
    int[] bits = new int[count];
    row.readBits(bits, count);
    for (int i = 0; i < count; i++) {
      if (bits[i] != 0) {
        StoredRows.State state = states.get(i);
        byte[] bytes = row.readByteArray(row.readVarInt());
        boolean entries = bytes.length == 0 && state.type() instanceof StoredType.Mapping;
        Object cell =
            entries
                ? map(view, i + 1, name, (StoredType.Mapping) state.type())
                : one(state.type(), new ByteSource(bytes, 0, bytes.length));
        if (!entries || !((Map<?, ?>) cell).isEmpty()) {
          values.put(state.name(), cell);
        }
      }
    }
    return new StoredRows.Row(group, key, values);
  }

  /** The entries that the map in a column of a row has. */
  private Map<Object, Object> map(
      RowDatabase.View view, int column, byte[] row, StoredType.Mapping type) {
    Map<Object, Object> entries = new LinkedHashMap<>();
    String family = RowDatabase.MAPS + column;
    if (database.families().contains(family)) {
      try (RowDatabase.Cursor cursor = view.cursor(database.family(family), row)) {
        while (cursor.next()) {
          byte[] key = cursor.key();
          byte[] value = cursor.value();
          entries.put(
              present(type.key(), new ByteSource(key, row.length, key.length)),
              present(type.value(), new ByteSource(value, 0, value.length)));
        }
      }
    }
    return entries;
  }

  private void panes(RowDatabase.View view, String family, StoredRows.Visitor visitor) {
    PaneText panes = StoredPanes.textOf(family);
    StoredType type = StoredType.parse(panes.accumulatorType());
    try (RowDatabase.Cursor cursor = view.range(database.family(family), new byte[0], null)) {
      while (!visitor.done() && cursor.next()) {
        byte[] name = cursor.key();
        ByteSource source = new ByteSource(name, 0, name.length);
        long start = StoredPanes.readStart(source);
        int group = KeyGroups.ofHash(source.readInt(), maxParallelism);
        Object key = one(slice.keyType(), source);
        byte[] value = cursor.value();
        visitor.pane(
            new StoredRows.Pane(
                group,
                key,
                start,
                start + panes.paneMillis(),
                one(type, new ByteSource(value, 0, value.length))));
      }
    }
  }

  private static Object present(StoredType type, ByteSource source) {
    return source.readByte() == 0 ? null : one(type, source);
  }

  private static Object one(StoredType type, ByteSource source) {
    Object[] value = new Object[1];
    type.readDense(source, value, 1);
    return value[0];
  }
}
