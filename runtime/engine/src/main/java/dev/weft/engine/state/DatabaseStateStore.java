package dev.weft.engine.state;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.State;
import dev.weft.api.state.StateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.state.RowCache.CachedRow;
import dev.weft.engine.state.paged.Generation;
import dev.weft.engine.state.paged.RowBuffer;
import dev.weft.engine.state.panes.AnnexSlot;
import dev.weft.engine.state.panes.PaneTable;
import dev.weft.engine.state.panes.StoredPanes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Keyed state in a database, for more rows than memory holds. Rows that are in use are objects in a
 * {@link RowCache} and written back when they leave it or a checkpoint comes, so a key that is
 * updated often costs what it costs on the heap. The rows of a batch are fetched together. Maps
 * have a family of their own, with an entry each.
 */
final class DatabaseStateStore extends RowStore {
  /** Memory of a row in the cache beside what its cells hold, bytes. */
  private static final int ROW_BYTES = 160;

  /** How many times the bytes of a value its objects take. */
  private static final int OBJECTS_PER_BYTE = 2;

  /** What the cache keeps when it is full, in percent. */
  private static final int KEPT_PERCENT = 95;

  /** Of the memory for rows in use, this part is for objects, the rest for bytes. */
  private static final int OBJECTS_SHARE = 8;

  /** More objects would keep the garbage collector busy. */
  private static final long OBJECT_BYTES_MAX = 8L << 20;

  /** Where there are panes, this part of the memory for bytes is left to rows. */
  private static final int PANES_SHARE = 4;

  /** So many rows are touched at a time: what is touched must still be in the nearest cache. */
  private static final int ROWS_AHEAD = 64;

  private final RowDatabase database;
  private final long objectBytesMax;
  private final RowFormat format = new RowFormat(this);
  private final RowCache cache = new RowCache();
  private final RowBuffer buffer;
  private final ByteSink value = new ByteSink(256);
  private byte[][] missingNames = new byte[0][];
  private byte[][] found = new byte[0][];
  private int[] missing = new int[0];

  /** Where the files of checkpoints lie, which other threads say. */
  private final Map<Long, Map<String, SnapshotHandle>> placed = new ConcurrentHashMap<>();

  private final DatabaseSweep sweep;
  private final long bufferBytes;
  private StoredPanes panes;
  private CachedRow row;
  private long rows;
  private long base;
  private boolean selfContained;

  /**
   * Where rows lie.
   *
   * @param database empty; the store closes it
   * @param cacheBytesMax how much memory the rows that are in use may take
   */
  record Storage(RowDatabase database, long cacheBytesMax) {}

  /** An empty store. */
  DatabaseStateStore(
      String operator,
      TypeInformation<?> keyType,
      KeyGroups.Range groups,
      Generation generation,
      Storage storage) {
    super(operator, keyType, groups, generation);
    this.database = storage.database();
    this.objectBytesMax = Math.min(OBJECT_BYTES_MAX, storage.cacheBytesMax() / OBJECTS_SHARE);
    this.bufferBytes = storage.cacheBytesMax() - objectBytesMax;
    this.buffer = new RowBuffer(bufferBytes, new Rows(database));
    this.sweep = new DatabaseSweep(this, database);
    generation().reserve(storage.cacheBytesMax());
  }

  /** The name of the family of a column's maps. */
  static String mapFamily(int offset) {
    return RowDatabase.MAPS + offset;
  }

  RowDatabase database() {
    return database;
  }

  /** The name of the current key's row. */
  byte[] currentName() {
    return row.name;
  }

  @Override
  State stateOf(StateColumn column, StateDescriptor<?, ?> descriptor) {
    if (descriptor instanceof MapStateDescriptor<?, ?> map) {
      return new DatabaseMapState<>(
          this, column, database.family(mapFamily(column.offset)), map.getType());
    }
    return super.stateOf(column, descriptor);
  }

  /** Where the rows that were changed go. */
  private record Rows(RowDatabase database) implements RowBuffer.Target {
    @Override
    public void put(byte[] page, int nameAt, int nameLength, int valueAt, int valueLength) {
      database.put(RowDatabase.ROWS, page, nameAt, nameLength, page, valueAt, valueLength);
    }

    @Override
    public void delete(byte[] page, int nameAt, int nameLength) {
      database.delete(RowDatabase.ROWS, page, nameAt, nameLength);
    }

    @Override
    public void flush() {
      database.write();
    }
  }

  /** Fetches the rows that are not in memory together. */
  @Override
  public void expect(Object[] keys, int[] hashes, int size) {
    selectNoKey(); // its row may have to go
    if (missing.length < size) {
      missing = new int[size];
      missingNames = new byte[size][];
      found = new byte[size][];
    }
    makeRoom();
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (i % ROWS_AHEAD == 0) {
        buffer.touch(hashes, i, Math.min(size, i + ROWS_AHEAD));
      }
      CachedRow known = cache.find(keys[i], hashes[i]);
      if (known != null) {
        known.used = true;
        continue;
      }
      byte[] name = format.nameOf(keys[i], hashes[i]);
      CachedRow row = buffered(keys[i], hashes[i], name);
      if (row != null) {
        cache.add(row);
      } else {
        missing[count] = i;
        missingNames[count++] = name;
      }
    }
    if (count > 0) {
      fetch(keys, hashes, count);
    }
  }

  private void fetch(Object[] keys, int[] hashes, int count) {
    database.findAll(RowDatabase.ROWS, missingNames, count, found);
    for (int i = 0; i < count; i++) {
      Object key = keys[missing[i]];
      int hash = hashes[missing[i]];
      if (cache.find(key, hash) == null) {
        cache.add(loaded(key, hash, missingNames[i], found[i]));
      }
    }
    Arrays.fill(missingNames, 0, count, null);
    Arrays.fill(found, 0, count, null);
  }

  /** The row of a key if it is known without the database, or null. */
  private CachedRow buffered(Object key, int hash, byte[] name) {
    if (!buffer.find(hash, name)) {
      return buffer.complete() ? newRow(key, hash, name) : null;
    }
    CachedRow row = newRow(key, hash, name);
    int length = buffer.valueLength();
    if (length >= 0) {
      fill(row, buffer.page(), buffer.valueAt(), length);
    }
    return row;
  }

  /** A row with what the database has of it, which may be null. */
  private CachedRow loaded(Object key, int hash, byte[] name, byte[] bytes) {
    CachedRow row = newRow(key, hash, name);
    if (bytes != null) {
      buffer.load(hash, name, bytes);
      fill(row, bytes, 0, bytes.length);
    }
    return row;
  }

  private CachedRow newRow(Object key, int hash, byte[] name) {
    CachedRow row = new CachedRow(format.ownKey(key), hash, name, columns.size() + 1);
    row.bytes = ROW_BYTES + name.length;
    return row;
  }

  private void fill(CachedRow row, byte[] page, int at, int length) {
    row.stored = true;
    row.bytes += OBJECTS_PER_BYTE * length;
    format.read(row, page, at, length);
  }

  @Override
  void findRow() {
    row = cache.find(currentKey, currentHash);
    if (row == null) {
      makeRoom();
      byte[] name = format.nameOf(currentKey, currentHash);
      row = buffered(currentKey, currentHash, name);
      if (row == null) {
        row = loaded(currentKey, currentHash, name, database.find(RowDatabase.ROWS, name));
      }
      cache.add(row);
    }
    row.used = true;
  }

  private void makeRoom() {
    if (cache.bytes() <= objectBytesMax) {
      return;
    }
    for (CachedRow each : cache.evict(objectBytesMax / 100 * KEPT_PERCENT)) {
      if (each.dirty) {
        save(each);
      }
    }
    database.write();
  }

  private void save(CachedRow each) {
    each.dirty = false;
    if (each.isEmpty()) {
      if (each.stored) {
        buffer.remove(each.hash, each.name);
        each.stored = false;
      }
      return;
    }
    value.reset();
    format.write(each, value);
    buffer.put(each.hash, each.name, value.array(), value.position());
    each.stored = true;
  }

  /** The database learns of everything that is in memory only. */
  private void saveAll() {
    cache.forEach(
        each -> {
          if (each.dirty) {
            save(each);
            int bytes = ROW_BYTES + each.name.length + OBJECTS_PER_BYTE * value.position();
            cache.resized(each, bytes);
          }
        });
    buffer.save();
    if (panes != null) {
      panes.save();
    }
    database.write();
  }

  @Override
  void forgetRow() {
    row = null;
  }

  @Override
  Object cell(int offset) {
    if (row == null) {
      requireKey();
    }
    return row.cells[offset];
  }

  @Override
  void put(int offset, Object cell) {
    if (row == null) {
      requireKey();
    }
    if (row.isEmpty()) {
      rows++;
    }
    row.cells[offset] = cell;
    changing();
  }

  @Override
  void changing() {
    row.dirty = true;
  }

  /** The current row takes more memory than before. */
  void grown(int bytes) {
    cache.resized(row, row.bytes + bytes);
  }

  @Override
  public void dropKey() {
    for (int offset = 1; row != null && offset < row.cells.length; offset++) {
      clear(offset);
    }
  }

  @Override
  void clear(int offset) {
    if (row == null) {
      requireKey();
    }
    if (row.cells[offset] != null) {
      row.cells[offset] = null;
      changing();
      if (row.isEmpty()) {
        rows--;
      }
    }
  }

  @Override
  void widen() {
    cache.forEach(each -> each.cells = Arrays.copyOf(each.cells, columns.size() + 1));
  }

  /** Rows in memory are decoded here, the others when they are read. */
  @Override
  void decodeRestored(StateColumn column) {
    if (column.isRecoding() && rows > 0) {
      throw new WeftException(
          ErrorCode.USER,
          "State '"
              + column.name
              + "' of "
              + operator()
              + " has another type than in the snapshot while its rows lie in a database; let the"
              + " job start once with state.backend.type: hashmap, take a savepoint, and go on"
              + " from that");
    }
    cache.forEach(each -> format.decode(each, column));
  }

  @Override
  void restoreRow(Object key, int hash) {
    selectKey(key, hash);
    if (!row.isEmpty()) {
      throw restoredTwice(key);
    }
  }

  @Override
  void restoreCell(StateColumn column, byte[] bytes) {
    if (column.handle() instanceof DatabaseMapState<?, ?> map) {
      format.replace(map, column, bytes);
    } else {
      super.restoreCell(column, bytes);
    }
  }

  @Override
  public boolean takesAnnex() {
    return false;
  }

  @Override
  public String restoredPanes() {
    String inRows = super.restoredPanes();
    return inRows == null ? StoredPanes.layoutIn(database) : inRows;
  }

  @Override
  public StoredPanes panes(PaneTable.Layout layout) {
    KeyGroups.Range groups =
        new KeyGroups.Range(firstKeyGroup, firstKeyGroup + groupCount, maxParallelism);
    buffer.limit(bufferBytes / PANES_SHARE);
    long bytes = bufferBytes - bufferBytes / PANES_SHARE;
    panes = new StoredPanes(operator(), layout, groups, database, bytes);
    attach(panes);
    return panes;
  }

  @Override
  public void sweep(int records) {
    if (keysPerRecord > 0 && sweep.run((long) records * keysPerRecord)) {
      selectNoKey();
    }
  }

  @Override
  public long keyCount() {
    return rows;
  }

  @Override
  void gatherKeys(int group, StateColumn column, List<HashedKey> keys) {
    saveAll();
    try (RowDatabase.View view = database.view()) {
      format.gatherKeys(view, firstKeyGroup + group, column, keys);
    }
  }

  /** The rows are in the database already; only what lies beside them is read. */
  void adopt(KeyedSlice slice, StoredBytes bytes, long checkpointId) {
    buffer.incomplete();
    read(slice, bytes);
    rows = database.estimatedRows();
    placed.put(checkpointId, handles(slice.files()));
  }

  /** Takes the rows of this subtask out of another database. */
  void take(KeyedSlice slice, StoredBytes bytes, RowDatabase source) {
    List<StateColumn> copied = read(slice, bytes);
    // Reading timers looked rows up that are not there yet.
    saveAll();
    cache.clear();
    buffer.clear();
    buffer.incomplete();
    forgetRow();
    rows += format.copy(source, copied, database);
    for (String name : source.families()) {
      if (StoredPanes.isFamily(name)) {
        KeyGroups.Range groups =
            new KeyGroups.Range(firstKeyGroup, firstKeyGroup + groupCount, maxParallelism);
        StoredPanes.copy(source, name, groups, database);
      }
    }
  }

  @Override
  public void nextFreeze(long baseCheckpointId, boolean inRows) {
    base = baseCheckpointId;
    selfContained = inRows;
    placed.keySet().removeIf(id -> id < baseCheckpointId);
  }

  @Override
  public FrozenState freeze(long checkpointId) {
    saveAll();
    generation().freeze();
    if (selfContained) {
      RowDatabase.View view = database.view();
      RowFormat reader = new RowFormat(this);
      List<StateColumn> all = List.copyOf(columns.values());
      return frozen(group -> reader.rows(view, group, all), annex().freeze(), view::close);
    }
    RowDatabase.Files files = database.files();
    return new FrozenFiles(
        // panes are in the files
        frozen(group -> null, panes == null ? annex().freeze() : null, files::close),
        files,
        placed.getOrDefault(base, Map.of()),
        handles -> placed.put(checkpointId, handles(handles)));
  }

  private FrozenRows frozen(
      IntFunction<FrozenRows.Rows> rowsOf, AnnexSlot.Frozen besides, Runnable close) {
    FrozenRows.Group[] groups = new FrozenRows.Group[groupCount];
    for (int i = 0; i < groupCount; i++) {
      groups[i] =
          new FrozenRows.Group(
              rowsOf.apply(firstKeyGroup + i),
              null,
              timers().captureEvent(i),
              timers().captureProcessing(i));
    }
    return new FrozenRows(
        this,
        columns.values().stream().map(column -> new FrozenRows.Column(column, null)).toList(),
        groups,
        besides,
        () -> {
          close.run();
          generation().thaw();
        });
  }

  private static Map<String, SnapshotHandle> handles(List<KeyedSlice.File> files) {
    return files.stream().collect(Collectors.toMap(KeyedSlice.File::name, KeyedSlice.File::handle));
  }

  @Override
  public void close() {
    cache.clear();
    buffer.clear();
    rows = 0;
    super.close();
    database.close();
  }
}
