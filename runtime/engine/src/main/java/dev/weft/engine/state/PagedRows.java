package dev.weft.engine.state;

import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.batch.ColumnCodec;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.state.paged.CapturedLog;
import dev.weft.engine.state.paged.Increments;
import dev.weft.engine.state.paged.RowBlocks;
import dev.weft.engine.state.paged.RowLog;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The rows of a heap store as bytes in a {@link RowLog} per key group. The row of the current key
 * is decoded as far as it is asked for, and written back when another key is selected.
 */
final class PagedRows {
  /** Indexes are at least about a third full. */
  private static final int SLOTS_PER_ROW = 2;

  private final RowStore store;
  private final ColumnCodec keyCodec;
  private final RowLog[] logs;
  private final Increments increments = new Increments();
  private final ByteSink key = new ByteSink(64);
  private final ByteSink row = new ByteSink(256);
  private final ByteSource source = new ByteSource(new byte[0], 0, 0);
  private StateColumn[] columns = new StateColumn[0];
  private Object[] cells = new Object[1];
  private boolean[] decoded = new boolean[1];
  private int group;
  private int hash;
  private int slot = -1;
  private boolean changed;
  private int sweptGroup;
  private int sweptSlot;

  PagedRows(RowStore store) {
    this.store = store;
    this.keyCodec = store.newKeyCodec();
    this.logs = new RowLog[store.groupCount];
    widen();
  }

  /** There may be more columns than before. */
  void widen() {
    save();
    columns = store.columns.values().toArray(StateColumn[]::new);
    cells = Arrays.copyOf(cells, columns.length + 1);
    decoded = Arrays.copyOf(decoded, columns.length + 1);
  }

  /**
   * Loads what {@link #select} will look at: all places in the indexes, then all rows.
   *
   * @param hashes of the keys, from the first one up to the last but one
   */
  int touch(int[] hashes, int first, int end) {
    int sum = 0;
    for (int i = first; i < end; i++) {
      RowLog log = logOf(hashes[i]);
      sum += log == null ? 0 : log.touchIndex(hashes[i]);
    }
    for (int i = first; i < end; i++) {
      RowLog log = logOf(hashes[i]);
      sum += log == null ? 0 : log.touchRow(hashes[i]);
    }
    return sum;
  }

  /** The log where a key belongs; null when there is none. */
  private RowLog logOf(int keyHash) {
    int keyGroup = KeyGroups.ofHash(keyHash, store.maxParallelism) - store.firstKeyGroup;
    return keyGroup < 0 || keyGroup >= logs.length ? null : logs[keyGroup];
  }

  /** Makes the row of a key the current one. */
  void select(Object newKey, int newHash, int newGroup) {
    save();
    group = newGroup;
    hash = newHash;
    key.reset();
    keyCodec.writeValue(newKey, key);
    find();
  }

  private void find() {
    RowLog log = logs[group];
    slot = log == null ? -1 : log.find(hash, key.array(), key.position());
    Arrays.fill(cells, null);
    Arrays.fill(decoded, slot < 0);
  }

  /** Forgets the current row, after it is written back. */
  void forget() {
    save();
    key.reset();
    slot = -1;
    Arrays.fill(cells, null);
    Arrays.fill(decoded, true);
  }

  /** Whether the current row has anything in it. */
  boolean exists() {
    return !isEmpty();
  }

  Object cell(int offset) {
    if (!decoded[offset]) {
      decode(offset);
    }
    return cells[offset];
  }

  private void decode(int offset) {
    decoded[offset] = true;
    byte[] page = logs[group].pageOf(slot);
    cells[offset] = decode(page, logs[group].offsetOf(slot), columns[offset - 1]);
  }

  private Object decode(byte[] page, int rowAt, StateColumn column) {
    int at = RowLog.columnAt(page, rowAt, column.offset);
    int length = at < 0 ? -1 : RowLog.readInt(page, at);
    if (length < 0) {
      return null;
    }
    source.reset(page, at + Integer.BYTES, at + Integer.BYTES + length);
    if (column.isRecoding()) {
      byte[] former = source.readByteArray(length);
      return column.decode(former, store.operator(), store.generation().number());
    }
    return column.decode(source, store.operator(), store.generation().number());
  }

  void put(int offset, Object cell) {
    cells[offset] = cell;
    decoded[offset] = true;
    changed = true;
  }

  void changing() {
    changed = true;
  }

  /** Writes the current row back if it may have changed. */
  void save() {
    if (!changed) {
      return;
    }
    changed = false;
    RowLog log = logs[group];
    if (isEmpty()) {
      if (slot >= 0) {
        log.remove(slot, increments.marksFrom(group) != -1);
      }
    } else {
      encode();
      if (log == null) {
        log = new RowLog(store.generation());
        logs[group] = log;
      }
      log.put(slot, hash, row);
    }
    if (log != null && log.wasteful()) {
      int[] ends = increments.ends(group);
      log.rewrite(increments.marksFrom(group), ends);
      increments.rewritten(group, ends);
    }
  }

  private boolean isEmpty() {
    for (int i = 1; i < cells.length; i++) {
      if (decoded[i] ? cells[i] != null : storedLength(storedAt(i)) >= 0) {
        return false;
      }
    }
    return true;
  }

  private int storedAt(int offset) {
    return RowLog.columnAt(logs[group].pageOf(slot), logs[group].offsetOf(slot), offset);
  }

  private int storedLength(int columnAt) {
    return columnAt < 0 ? -1 : RowLog.readInt(logs[group].pageOf(slot), columnAt);
  }

  /** Appends a column that was not asked for as it is. */
  private void copyStored(int offset) {
    int at = storedAt(offset);
    int length = storedLength(at);
    row.writeInt(length);
    if (length > 0) {
      row.write(logs[group].pageOf(slot), at + Integer.BYTES, length);
    }
  }

  private void encode() {
    row.reset();
    row.writeInt(0);
    row.writeInt(hash);
    row.writeInt(key.position());
    row.writeInt(columns.length);
    row.write(key.array(), 0, key.position());
    for (StateColumn column : columns) {
      Object cell = cells[column.offset];
      if (!decoded[column.offset]) {
        copyStored(column.offset);
      } else if (cell == null) {
        row.writeInt(-1);
      } else {
        int lengthAt = row.position();
        row.writeInt(0);
        column.encode(cell, row, store.operator());
        row.putInt(lengthAt, row.position() - lengthAt - Integer.BYTES);
      }
    }
  }

  /** Writes the current row back, and will decode it anew. */
  void saveAndFind() {
    save();
    if (key.position() > 0) {
      find();
    }
  }

  /** Adds a row of objects. */
  void add(FrozenRows.Row object, int groupOfRow) {
    select(object.cells()[object.base()], object.hash(), groupOfRow);
    System.arraycopy(object.cells(), object.base() + 1, cells, 1, columns.length);
    Arrays.fill(decoded, true);
    changed = true;
    save();
  }

  /** How many rows there are. */
  long size() {
    saveAndFind();
    long size = 0;
    for (RowLog log : logs) {
      size += log == null ? 0 : log.size();
    }
    return size;
  }

  /** Goes through all rows: their key, hash and cells, in an array that is used again. */
  void forEach(Consumer<FrozenRows.Row> action) {
    save();
    Object[] cellsOfRow = new Object[columns.length + 1];
    for (RowLog log : logs) {
      if (log != null) {
        log.forEach(
            (page, at) -> {
              cellsOfRow[0] = RowLog.keyOf(keyCodec, page, at);
              for (StateColumn column : columns) {
                cellsOfRow[column.offset] = decode(page, at, column);
              }
              int hashOfRow = RowLog.readInt(page, at + RowLog.HASH_AT);
              action.accept(new FrozenRows.Row(cellsOfRow, 0, hashOfRow));
            });
      }
    }
  }

  /** Adds the keys of a group that have something in a column. */
  void gatherKeys(int groupOfRows, StateColumn column, List<RowStore.HashedKey> keys) {
    save();
    if (logs[groupOfRows] == null) {
      return;
    }
    logs[groupOfRows].forEach(
        (page, at) -> {
          int columnAt = RowLog.columnAt(page, at, column.offset);
          if (columnAt >= 0 && RowLog.readInt(page, columnAt) >= 0) {
            int hashOfRow = RowLog.readInt(page, at + RowLog.HASH_AT);
            keys.add(new RowStore.HashedKey(RowLog.keyOf(keyCodec, page, at), hashOfRow));
          }
        });
  }

  /** Gives all memory back. */
  void discard() {
    for (RowLog log : logs) {
      if (log != null) {
        log.discard();
      }
    }
  }

  /** Empties the current row. */
  void dropRow() {
    Arrays.fill(cells, null);
    Arrays.fill(decoded, true);
    changed = true;
  }

  /** The same rows, each decoded and written anew; this one is of no use any more. */
  PagedRows rewritten() {
    PagedRows other = new PagedRows(store);
    forEach(
        row ->
            other.add(
                row, KeyGroups.ofHash(row.hash(), store.maxParallelism) - store.firstKeyGroup));
    discard();
    return other;
  }

  /** Looks at about so many rows, in turn, and drops what has expired. */
  void sweep(long rowCount) {
    save();
    long budget = rowCount * SLOTS_PER_ROW;
    for (int visited = 0; budget > 0 && visited <= logs.length; ) {
      RowLog log = logs[sweptGroup];
      if (log == null || sweptSlot >= log.capacity()) {
        sweptGroup = (sweptGroup + 1) % logs.length;
        sweptSlot = 0;
        visited++;
        continue;
      }
      budget--;
      long before = log.size();
      if (log.isRow(sweptSlot)) {
        dropExpired(log);
      }
      if (log.size() == before) {
        sweptSlot++; // otherwise another row may have moved here
      }
    }
    forget();
  }

  private void dropExpired(RowLog log) {
    group = sweptGroup;
    slot = sweptSlot;
    byte[] page = log.pageOf(slot);
    int at = log.offsetOf(slot);
    Arrays.fill(cells, null);
    Arrays.fill(decoded, false);
    for (StateColumn column : columns) {
      Expiry expiry = column.expiry();
      Object cell = expiry == null ? null : cell(column.offset);
      Object value = cell instanceof HeapState.Cell inner ? inner.value : cell;
      if (value == null || value instanceof byte[]) {
        continue;
      }
      Object live = expiry.live(value, expiry.nowMillis());
      if (live != value) {
        put(
            column.offset,
            live == null ? null : new HeapState.Cell(live, store.generation().number()));
      }
    }
    if (changed) {
      hash = RowLog.readInt(page, at + RowLog.HASH_AT);
      key.reset();
      key.write(page, at + RowLog.HEADER_BYTES, RowLog.readInt(page, at + RowLog.KEY_LENGTH_AT));
      save();
    }
  }

  /** What a checkpoint takes of each group, and what it continues. */
  record Frozen(FrozenRows.Encoded[] groups, Increments.Part base) {}

  /**
   * Fixes what is there; the store's generation has just begun.
   *
   * @param base what to continue; null when the frozen rows are to stand alone
   */
  Frozen freeze(Increments.Part base) {
    boolean skipped = base != null && base.generation() != store.generation().number() - 1;
    FrozenRows.Encoded[] groups = new FrozenRows.Encoded[logs.length];
    RowBlocks blocks =
        new RowBlocks(
            FrozenRows.BLOCK_ROWS, FrozenRows.BLOCK_BYTES, store.newKeyCodec(), columns.length);
    for (int i = 0; i < logs.length; i++) {
      if (logs[i] != null) {
        int from = base == null ? 0 : base.end(i);
        CapturedLog captured = logs[i].capture(from, base == null || skipped);
        logs[i].fix();
        groups[i] = new FrozenGroup(blocks, captured);
      }
    }
    return new Frozen(groups, base);
  }

  /** The rows of a key group as they were. */
  private record FrozenGroup(RowBlocks blocks, CapturedLog log) implements FrozenRows.Encoded {
    @Override
    public void writeRemoved(ByteSink target, Runnable afterBlock) {
      blocks.writeRemoved(log, target, afterBlock);
    }

    @Override
    public void writeRows(ByteSink target, Runnable afterBlock) {
      blocks.writeRows(log, target, afterBlock);
    }
  }

  /** What a checkpoint continues best; see {@link Increments#base}. */
  Increments.Part base(long checkpointId) {
    return increments.base(checkpointId);
  }

  /** What was just frozen is a checkpoint that later ones may continue. */
  Increments.Part begin(long checkpointId) {
    int[] ends = new int[logs.length];
    for (int i = 0; i < ends.length; i++) {
      ends[i] = logs[i] == null ? 0 : logs[i].end();
    }
    return increments.begin(checkpointId, store.generation().number(), ends);
  }

  /** What is there was restored from a checkpoint that later ones may continue. */
  void restored(long checkpointId, List<KeyedSlice> slices) {
    forget();
    for (RowLog log : logs) {
      if (log != null) {
        log.fix();
      }
    }
    begin(checkpointId).written(slices);
  }
}
