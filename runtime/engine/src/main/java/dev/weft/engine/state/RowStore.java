package dev.weft.engine.state;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.State;
import dev.weft.api.state.StateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.ColumnCodec;
import dev.weft.engine.batch.TypeText;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.state.paged.Generation;
import dev.weft.engine.state.panes.AnnexSlot;
import dev.weft.engine.state.panes.KeyedAnnex;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * A store whose states reach into the row of the current key by offset: what such stores share. The
 * row is looked up once, when the key is selected; where rows lie is up to the store.
 */
abstract class RowStore implements StateStore {
  private final String operator;
  final int firstKeyGroup;
  final int groupCount;
  final int maxParallelism;
  private final String keyType;
  private final TypeInformation<?> typeOfKeys;
  private final ColumnCodec keyCodec;
  private final ColumnCodec keyWriter;
  private final Generation generation;
  private final HeapTimers timers;
  private final AnnexSlot annex;
  final Map<String, StateColumn> columns = new LinkedHashMap<>();

  /** How many rows to sweep for each record. */
  int keysPerRecord;

  Object currentKey;
  int currentHash;
  int currentGroup;

  /** An empty store. */
  RowStore(
      String operator, TypeInformation<?> keyType, KeyGroups.Range groups, Generation generation) {
    this.operator = operator;
    this.firstKeyGroup = groups.first();
    this.groupCount = groups.end() - groups.first();
    this.maxParallelism = groups.maxParallelism();
    this.keyType = TypeText.of(keyType);
    this.typeOfKeys = keyType;
    this.keyCodec = ColumnCodec.of(keyType);
    this.keyWriter = ColumnCodec.of(keyType);
    this.generation = generation;
    this.annex = new AnnexSlot(operator);
    this.timers = new HeapTimers(this, groupCount);
  }

  @Override
  public final void selectKey(Object key, int hash) {
    if (key == currentKey && hash == currentHash) {
      return;
    }
    int group = KeyGroups.ofHash(hash, maxParallelism) - firstKeyGroup;
    if (group < 0 || group >= groupCount || key == null) {
      throw misrouted(key, hash);
    }
    currentKey = key;
    currentHash = hash;
    currentGroup = group;
    findRow();
  }

  @Override
  public final void selectNoKey() {
    if (currentKey != null) {
      currentKey = null;
      forgetRow();
    }
  }

  /** A key with its stable hash. */
  record HashedKey(Object key, int hash) {}

  /** Adds the keys of a key group that have something in a column. */
  abstract void gatherKeys(int group, StateColumn column, List<HashedKey> keys);

  @Override
  public final void forEachKey(String state, KeyAction action) throws Exception {
    StateColumn column = columns.get(state);
    if (column == null) {
      return;
    }
    List<HashedKey> keys = new ArrayList<>();
    try {
      for (int group = 0; group < groupCount; group++) {
        selectNoKey();
        gatherKeys(group, column, keys);
        for (HashedKey each : keys) {
          selectKey(each.key, each.hash);
          action.run(each.key);
        }
        keys.clear();
      }
    } finally {
      selectNoKey();
    }
  }

  @Override
  public final KeyCursor keys(int keyGroup, Collection<String> states) {
    List<HashedKey> found = new ArrayList<>();
    selectNoKey();
    for (String state : states) {
      StateColumn column = columns.get(state);
      if (column != null) {
        gatherKeys(keyGroup - firstKeyGroup, column, found);
      }
    }
    Iterator<HashedKey> keys =
        states.size() == 1 ? found.iterator() : new LinkedHashSet<>(found).iterator();
    return () -> {
      if (!keys.hasNext()) {
        selectNoKey();
        return false;
      }
      HashedKey next = keys.next();
      selectKey(next.key, next.hash);
      return true;
    };
  }

  @Override
  public final void forEachTimer(
      int keyGroup, boolean eventTime, BiConsumer<Object, Long> visitor) {
    timers.forEach(keyGroup - firstKeyGroup, eventTime, visitor);
  }

  @Override
  public final Set<String> stateNames() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(columns.keySet()));
  }

  /** Looks the row of the current key up, and remembers where it is. */
  abstract void findRow();

  /** Forgets the current key. */
  abstract void forgetRow();

  /** The cell of the current row, or null. */
  abstract Object cell(int offset);

  /** Sets a cell of the current row, which begins to exist. */
  abstract void put(int offset, Object cell);

  /** What is in a cell of the current row was handed out and may be changed. */
  abstract void changing();

  /** Empties a cell of the current row, and the row goes when it was the last. */
  abstract void clear(int offset);

  /** Adds a row of a snapshot and makes it the current one. */
  abstract void restoreRow(Object key, int hash);

  /** Removes the row of a key if there is one. */
  final void removeRow(Object key, int hash) {
    selectKey(key, hash);
    for (StateColumn column : columns.values()) {
      clear(column.offset);
    }
  }

  /** Sets a cell of the current row from the bytes of a snapshot. */
  void restoreCell(StateColumn column, byte[] bytes) {
    put(column.offset, column.decode(bytes, operator, generation.number()));
  }

  /** The handle for a column that was just declared. */
  State stateOf(StateColumn column, StateDescriptor<?, ?> descriptor) {
    return HeapState.of(this, column);
  }

  /** Gives every row a cell for one more column. */
  abstract void widen();

  /** Decodes the cells of a column that were restored before it was declared. */
  abstract void decodeRestored(StateColumn column);

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
            + (firstKeyGroup + groupCount));
  }

  @Override
  public final Object currentKey() {
    return currentKey;
  }

  final int currentHash() {
    return currentHash;
  }

  final int currentGroup() {
    return currentGroup;
  }

  /** Fails where state or timers are used before any key was selected. */
  final void requireKey() {
    if (currentKey == null) {
      throw new WeftException(
          ErrorCode.USER,
          "Keyed state or a timer of "
              + operator
              + " is used where there is no key; use it only while a record of a keyed stream or a"
              + " timer is handled, and applyToKeyedState for a broadcast record");
    }
  }

  /** The current key, as a copy where the user could change it. */
  final Object ownKey() {
    return keyCodec.immutable() ? currentKey : keyCodec.copy(currentKey);
  }

  final Generation generation() {
    return generation;
  }

  final String operator() {
    return operator;
  }

  final int maxParallelism() {
    return maxParallelism;
  }

  final String keyType() {
    return keyType;
  }

  /** The task's codec of keys. */
  final ColumnCodec keyCodec() {
    return keyCodec;
  }

  /** A codec of keys of its own, for another thread or use. */
  final ColumnCodec newKeyCodec() {
    return ColumnCodec.of(typeOfKeys);
  }

  /** The codec of keys for whoever writes a frozen state. */
  final ColumnCodec keyWriter() {
    return keyWriter;
  }

  @Override
  @SuppressWarnings("unchecked")
  public final <T> ValueState<T> value(ValueStateDescriptor<T> descriptor) {
    return (ValueState<T>) declare(descriptor);
  }

  @Override
  @SuppressWarnings("unchecked")
  public final <T> ListState<T> list(ListStateDescriptor<T> descriptor) {
    return (ListState<T>) declare(descriptor);
  }

  @Override
  @SuppressWarnings("unchecked")
  public final <K, V> MapState<K, V> map(MapStateDescriptor<K, V> descriptor) {
    return (MapState<K, V>) declare(descriptor);
  }

  private Object declare(StateDescriptor<?, ?> descriptor) {
    StateColumn.Kind kind = StateColumn.Kind.of(descriptor);
    StateColumn column = columns.get(descriptor.getName());
    if (column == null) {
      column = newColumn(descriptor.getName(), kind, TypeText.of(descriptor.getType()));
    } else {
      column.checkDeclaration(kind, descriptor.getType(), operator);
    }
    if (!column.declared()) {
      column.declare(descriptor, this);
      decodeRestored(column);
      column.recoded();
    }
    return column.handle();
  }

  @Override
  public void expire(String state, Expiry expiry) {
    columns.get(state).expiry(expiry);
    keysPerRecord = Math.max(keysPerRecord, expiry.keysPerRecord());
  }

  /** The column for a state of a snapshot. */
  final StateColumn restoredColumn(String name, StateColumn.Kind kind, String type) {
    StateColumn known = columns.get(name);
    if (known == null) {
      return newColumn(name, kind, type);
    }
    known.checkRestored(kind, type, operator);
    return known;
  }

  private StateColumn newColumn(String name, StateColumn.Kind kind, String type) {
    StateColumn column = new StateColumn(name, kind, type, columns.size() + 1);
    columns.put(name, column);
    widen();
    if (currentKey != null) {
      findRow();
    }
    return column;
  }

  @Override
  public final HeapTimers timers() {
    return timers;
  }

  @Override
  public final boolean hasState(String name) {
    return columns.containsKey(name);
  }

  @Override
  public final boolean hasStates() {
    return !columns.isEmpty();
  }

  /** True where a snapshot brought one. */
  @Override
  public boolean takesAnnex() {
    return annex.restored();
  }

  @Override
  public String restoredPanes() {
    return annex.restoredLayout();
  }

  @Override
  public void attach(KeyedAnnex newAnnex) {
    annex.attach(newAnnex);
  }

  /** What is kept beside the rows. */
  final AnnexSlot annex() {
    return annex;
  }

  @Override
  public void restore(KeyedSlice slice, StoredBytes bytes) {
    read(slice, bytes);
  }

  /** Reads a slice and returns its columns. */
  final List<StateColumn> read(KeyedSlice slice, StoredBytes bytes) {
    SliceReader reader = new SliceReader(this, slice, bytes);
    reader.read(firstKeyGroup, firstKeyGroup + groupCount);
    currentKey = null;
    forgetRow();
    return reader.columns();
  }

  /** The failure for a snapshot with two rows of one key. */
  final WeftException restoredTwice(Object key) {
    return new WeftException(
        ErrorCode.ENGINE,
        "A snapshot of " + operator + " holds two rows of key " + key + ", or was restored twice");
  }

  @Override
  public void close() {
    columns.clear();
    currentKey = null;
    forgetRow();
    generation.close();
  }
}
