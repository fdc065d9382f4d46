package dev.weft.engine.state;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.StateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.ColumnCodec;
import dev.weft.engine.batch.TypeText;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keyed state as objects on the heap: a {@link KeyedTable} per key group. The row of the current
 * key is looked up once, when the key is selected; states reach into it by offset.
 */
final class HeapStateStore implements StateStore {
  private final String operator;
  private final int firstKeyGroup;
  private final int maxParallelism;
  private final String keyType;
  private final ColumnCodec keyCodec;
  private final ColumnCodec keyWriter;
  private final Generation generation;
  private final KeyedTable[] tables;
  private final HeapTimers timers;
  private final Map<String, StateColumn> columns = new LinkedHashMap<>();

  private Object currentKey;
  private int currentHash;
  private int currentGroup;
  private Segment segment;
  private int base = -1;
  private long rows;

  /** Nobody reads it; without it the loads of {@link #expect} would be optimised away. */
  private int touched;

  HeapStateStore(
      String operator,
      TypeInformation<?> keyType,
      int firstKeyGroup,
      int endKeyGroup,
      int maxParallelism,
      MemoryPool pool) {
    this.operator = operator;
    this.firstKeyGroup = firstKeyGroup;
    this.maxParallelism = maxParallelism;
    this.keyType = TypeText.of(keyType);
    this.keyCodec = ColumnCodec.of(keyType);
    this.keyWriter = ColumnCodec.of(keyType);
    this.generation = new Generation(pool);
    this.tables = new KeyedTable[endKeyGroup - firstKeyGroup];
    this.timers = new HeapTimers(this, tables.length);
  }

  @Override
  public void selectKey(Object key, int hash) {
    if (key == currentKey && hash == currentHash) {
      return;
    }
    int group = KeyGroups.ofHash(hash, maxParallelism) - firstKeyGroup;
    if (group < 0 || group >= tables.length || key == null) {
      throw misrouted(key, hash);
    }
    currentKey = key;
    currentHash = hash;
    currentGroup = group;
    findRow();
  }

  /**
   * Touches where the rows are likely to be. The loads of different rows do not depend on each
   * other, so the processor waits for many of them at once; row by row it would wait for each.
   */
  @Override
  public void expect(Object[] keys, int[] hashes, int size) {
    int found = 0;
    for (int i = 0; i < size; i++) {
      int group = KeyGroups.ofHash(hashes[i], maxParallelism) - firstKeyGroup;
      if (group >= 0 && group < tables.length && tables[group] != null) {
        found += tables[group].segment(hashes[i]).touch(hashes[i]);
      }
    }
    touched = found;
  }

  private void findRow() {
    KeyedTable table = tables[currentGroup];
    if (table == null) {
      base = -1;
    } else {
      segment = table.segment(currentHash);
      base = segment.find(currentKey, currentHash);
    }
  }

  private WeftException misrouted(Object key, int hash) {
    return new WeftException(
        ErrorCode.ENGINE,
        "Key "
            + key
            + " of key group "
            + KeyGroups.ofHash(hash, maxParallelism)
            + " came to a subtask of "
            + operator
            + " that owns the groups from "
            + firstKeyGroup
            + " up to but without "
            + (firstKeyGroup + tables.length));
  }

  @Override
  public Object currentKey() {
    return currentKey;
  }

  int currentHash() {
    return currentHash;
  }

  int currentGroup() {
    return currentGroup;
  }

  /** Fails where state or timers are used before any key was selected. */
  void requireKey() {
    if (currentKey == null) {
      throw new WeftException(
          ErrorCode.USER,
          "Keyed state or a timer of "
              + operator
              + " is used where there is no key; use it only while a record or a timer is handled");
    }
  }

  /** The cell of the current row, or null. */
  Object cell(int offset) {
    if (base < 0) {
      requireKey();
      return null;
    }
    return segment.cells[base + offset];
  }

  /** Sets a cell of the current row, which begins to exist. */
  void put(int offset, Object cell) {
    if (base < 0) {
      requireKey();
      insertRow(ownKey());
    }
    segment.own();
    segment.cells[base + offset] = cell;
  }

  /** The current key, as a copy where the user could change it. */
  Object ownKey() {
    return keyCodec.immutable() ? currentKey : keyCodec.copy(currentKey);
  }

  private void insertRow(Object key) {
    KeyedTable table = tables[currentGroup];
    if (table == null) {
      table = new KeyedTable(generation, columns.size() + 1);
      tables[currentGroup] = table;
    }
    segment = table.segmentWithRoom(currentHash);
    base = segment.add(key, currentHash);
    rows++;
  }

  /** Empties a cell of the current row, and the row goes when it was the last. */
  void clear(int offset) {
    if (base < 0) {
      requireKey();
      return;
    }
    if (segment.cells[base + offset] == null) {
      return;
    }
    segment.own();
    segment.cells[base + offset] = null;
    for (int i = columns.size(); i > 0; i--) {
      if (segment.cells[base + i] != null) {
        return;
      }
    }
    segment.remove(base);
    base = -1;
    rows--;
  }

  Generation generation() {
    return generation;
  }

  String operator() {
    return operator;
  }

  int maxParallelism() {
    return maxParallelism;
  }

  String keyType() {
    return keyType;
  }

  /** The task's codec of keys. */
  ColumnCodec keyCodec() {
    return keyCodec;
  }

  /** The codec of keys for whoever writes a frozen state. */
  ColumnCodec keyWriter() {
    return keyWriter;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> ValueState<T> value(ValueStateDescriptor<T> descriptor) {
    return (ValueState<T>) declare(descriptor);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> ListState<T> list(ListStateDescriptor<T> descriptor) {
    return (ListState<T>) declare(descriptor);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <K, V> MapState<K, V> map(MapStateDescriptor<K, V> descriptor) {
    return (MapState<K, V>) declare(descriptor);
  }

  private Object declare(StateDescriptor descriptor) {
    StateColumn.Kind kind = StateColumn.Kind.of(descriptor);
    StateColumn column =
        columnOrNew(descriptor.getName(), kind, StateColumn.typeOf(descriptor), false);
    if (!column.declared()) {
      column.declare(descriptor, this);
      decodeRestored(column);
    }
    return column.handle();
  }

  /** The column of a name, which must be as given, or a new one. */
  StateColumn columnOrNew(String name, StateColumn.Kind kind, String type, boolean restored) {
    StateColumn known = columns.get(name);
    if (known == null) {
      known = new StateColumn(name, kind, type, columns.size() + 1);
      columns.put(name, known);
      for (KeyedTable table : tables) {
        if (table != null) {
          table.widen(columns.size() + 1);
        }
      }
      forgetRow();
    } else if (restored) {
      known.checkRestored(kind, type, operator);
    } else {
      known.checkDeclaration(kind, type, operator);
    }
    return known;
  }

  /** Looks the current row up again after rows moved. */
  private void forgetRow() {
    if (currentKey != null) {
      findRow();
    }
  }

  private void decodeRestored(StateColumn column) {
    int stride = columns.size() + 1;
    int now = generation.number();
    for (KeyedTable table : tables) {
      if (table != null) {
        table.forEachSegment(
            each -> {
              each.own();
              for (int at = column.offset; at < each.cells.length; at += stride) {
                if (each.cells[at] instanceof byte[] bytes) {
                  each.cells[at] = column.decode(bytes, operator, now);
                }
              }
            });
      }
    }
  }

  @Override
  public TimerTable timers() {
    return timers;
  }

  @Override
  public long keyCount() {
    return rows;
  }

  @Override
  public FrozenState freeze(long checkpointId) {
    generation.freeze();
    FrozenHeapState.Group[] groups = new FrozenHeapState.Group[tables.length];
    for (int i = 0; i < groups.length; i++) {
      groups[i] =
          new FrozenHeapState.Group(
              tables[i] == null ? null : tables[i].capture(),
              timers.captureEvent(i),
              timers.captureProcessing(i));
    }
    return new FrozenHeapState(this, firstKeyGroup, List.copyOf(columns.values()), groups);
  }

  @Override
  public void restore(KeyedSlice slice, ByteBuffer bytes) {
    new SliceReader(this, slice, bytes).read(firstKeyGroup, firstKeyGroup + tables.length);
    currentKey = null;
    base = -1;
  }

  /** Adds a row of a snapshot and makes it the current one. */
  void restoreRow(Object key, int hash) {
    selectKey(key, hash);
    if (base >= 0) {
      throw new WeftException(
          ErrorCode.ENGINE,
          "A snapshot of "
              + operator
              + " holds two rows of key "
              + key
              + ", or was restored twice");
    }
    insertRow(key);
  }

  @Override
  public void close() {
    java.util.Arrays.fill(tables, null);
    columns.clear();
    currentKey = null;
    base = -1;
    rows = 0;
    generation.close();
  }
}
