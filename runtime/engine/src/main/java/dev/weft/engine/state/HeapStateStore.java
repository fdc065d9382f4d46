package dev.weft.engine.state;

import dev.weft.api.state.State;
import dev.weft.api.state.StateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.state.paged.Generation;
import dev.weft.engine.state.panes.KeyedAnnex;
import java.util.Arrays;
import java.util.List;

/**
 * Keyed state on the heap: objects in a {@link KeyedTable} per key group. When there are many rows
 * and each has single values only, they become bytes in {@link PagedRows}: objects would keep the
 * garbage collector busy, and bytes let a checkpoint continue the one before.
 */
final class HeapStateStore extends RowStore {
  /** The rows of one group become bytes at a time, so that no call takes long. */
  private static final int ROWS_BETWEEN_GROUPS = 512;

  private final KeyedTable[] tables;
  private final HeapSweep sweep;

  /** By offset, where lists and maps are accounted for; null for single values. */
  private Contents[] contents = new Contents[0];

  private Segment segment;
  private int base = -1;
  private long rows;
  private final long objectRowsMax;
  private boolean pageable = true;
  private PagedRows paged;
  private boolean inPages;
  private long nextBase;
  private boolean nextSelfContained;
  private int rowsToNextGroup;

  /** So many rows are touched at a time: what is touched must still be in the nearest cache. */
  private static final int ROWS_AHEAD = 64;

  private int[] expected = new int[0];
  private int expectedCount;
  private int nextExpected;
  private int selectsLeft = Integer.MAX_VALUE;

  /** Nobody reads it; without it the loads of {@link #touchAhead} would be optimised away. */
  private int touched;

  /**
   * An empty store.
   *
   * @param objectRowsMax beyond so many rows they become bytes where possible
   */
  HeapStateStore(
      String operator,
      TypeInformation<?> keyType,
      KeyGroups.Range groups,
      Generation generation,
      long objectRowsMax) {
    super(operator, keyType, groups, generation);
    this.tables = new KeyedTable[groupCount];
    this.sweep = new HeapSweep(tables);
    this.objectRowsMax = isPlain(keyType) ? objectRowsMax : Long.MAX_VALUE;
  }

  /** Whether equal keys of a type, and no others, have the same bytes. */
  private static boolean isPlain(TypeInformation<?> type) {
    if (type instanceof TypeInformation.BasicType<?> basic) {
      return switch (basic.kind()) {
        case BOOLEAN, BYTE, SHORT, INT, LONG, CHAR, STRING, DATE -> true;
        default -> false;
      };
    }
    return type instanceof TypeInformation.EnumType<?>
        || type instanceof TypeInformation.RecordType<?> composite
            && composite.fields().stream().allMatch(field -> isPlain(field.type()));
  }

  /**
   * Whether the rows may become bytes. An annex is written as a whole, and so are states whose
   * snapshots leave out what has expired.
   */
  private void decideOnPages() {
    pageable =
        !annex().holds()
            && columns.values().stream()
                .allMatch(
                    each ->
                        each.kind == StateColumn.Kind.VALUE
                            && (each.expiry() == null || !each.expiry().inSnapshots()));
    if (paged != null && !pageable) {
      becomeObjects();
    }
  }

  /** Turns the rows of a group into bytes. */
  private void becomeBytes(int group) {
    KeyedTable.Captured captured = tables[group].capture();
    if (captured != null) {
      captured.rows(columns.size() + 1).forEach(row -> paged.add(row, group));
    }
    tables[group].forEachSegment(
        each -> {
          rows -= each.size();
          each.discard();
        });
    tables[group] = null;
    segment = null;
  }

  private void becomeBytes() {
    for (int group = 0; group < tables.length; group++) {
      if (tables[group] != null) {
        becomeBytes(group);
      }
    }
  }

  private void becomeObjects() {
    PagedRows pages = paged;
    Object key = currentKey;
    int hash = currentHash;
    int group = currentGroup;
    paged = null;
    pages.forEach(
        row -> {
          currentHash = row.hash();
          currentGroup = KeyGroups.ofHash(currentHash, maxParallelism) - firstKeyGroup;
          insertRow(row.cells()[0]);
          System.arraycopy(row.cells(), 1, segment.cells, base + 1, row.cells().length - 1);
        });
    pages.discard();
    inPages = false;
    currentKey = key;
    currentHash = hash;
    currentGroup = group;
    base = -1;
    if (key != null) {
      findRow();
    }
  }

  @Override
  public void expect(Object[] keys, int[] hashes, int size) {
    expected = hashes;
    expectedCount = size;
    nextExpected = 0;
    touchAhead();
  }

  /**
   * Touches where the next rows are likely to be. The loads of different rows do not depend on each
   * other, so the processor waits for many of them at once; row by row it would wait for each.
   */
  private void touchAhead() {
    int end = Math.min(expectedCount, nextExpected + ROWS_AHEAD);
    int found = paged == null ? 0 : paged.touch(expected, nextExpected, end);
    for (int i = nextExpected; i < end; i++) {
      int group = KeyGroups.ofHash(expected[i], maxParallelism) - firstKeyGroup;
      if (group >= 0 && group < tables.length && tables[group] != null) {
        found += tables[group].segment(expected[i]).touch(expected[i]);
      }
    }
    touched = found;
    nextExpected = end;
    selectsLeft = end == expectedCount ? Integer.MAX_VALUE : ROWS_AHEAD;
  }

  @Override
  void findRow() {
    if (--selectsLeft <= 0) {
      touchAhead();
    }
    if (paged != null && findInPages()) {
      return;
    }
    KeyedTable table = tables[currentGroup];
    if (table == null) {
      base = -1;
    } else {
      segment = table.segment(currentHash);
      base = segment.find(currentKey, currentHash);
    }
  }

  /** Whether the row of the current key is, or would be, one of bytes. */
  private boolean findInPages() {
    base = -1;
    if (tables[currentGroup] != null && --rowsToNextGroup <= 0) {
      becomeBytes(currentGroup);
      rowsToNextGroup = ROWS_BETWEEN_GROUPS;
    }
    inPages = tables[currentGroup] == null;
    if (inPages) {
      paged.select(currentKey, currentHash, currentGroup);
    } else {
      paged.forget();
    }
    return inPages;
  }

  @Override
  void forgetRow() {
    base = -1;
    inPages = false;
    if (paged != null) {
      paged.forget();
    }
  }

  @Override
  Object cell(int offset) {
    if (base < 0) {
      requireKey();
      return inPages ? paged.cell(offset) : null;
    }
    return segment.cells[base + offset];
  }

  @Override
  void put(int offset, Object cell) {
    if (base < 0) {
      requireKey();
      if (inPages) {
        paged.put(offset, cell);
        return;
      }
      insertRow(ownKey());
    }
    segment.own();
    segment.cells[base + offset] = cell;
  }

  @Override
  void gatherKeys(int group, StateColumn column, List<HashedKey> keys) {
    if (paged != null) {
      paged.gatherKeys(group, column, keys);
    }
    KeyedTable.Captured captured = tables[group] == null ? null : tables[group].capture();
    if (captured == null) {
      return;
    }
    captured
        .rows(columns.size() + 1)
        .forEach(
            row -> {
              if (row.cells()[row.base() + column.offset] != null) {
                keys.add(new HashedKey(row.cells()[row.base()], row.hash()));
              }
            });
  }

  @Override
  void changing() {
    if (inPages) {
      paged.changing(); // objects are what a checkpoint takes, bytes are written anew
    }
  }

  private void insertRow(Object key) {
    KeyedTable table = tables[currentGroup];
    if (table == null) {
      table = new KeyedTable(generation(), columns.size() + 1);
      tables[currentGroup] = table;
    }
    segment = table.segmentWithRoom(currentHash);
    base = segment.add(key, currentHash);
    rows++;
    if (rows > objectRowsMax && paged == null && pageable) {
      paged = new PagedRows(this); // the rows follow, group by group
    }
  }

  @Override
  void clear(int offset) {
    if (base < 0) {
      requireKey();
      if (inPages) {
        paged.put(offset, null);
      }
      return;
    }
    if (segment.cells[base + offset] == null) {
      return;
    }
    segment.own();
    forget(offset);
    segment.cells[base + offset] = null;
    for (int i = columns.size(); i > 0; i--) {
      if (segment.cells[base + i] != null) {
        return;
      }
    }
    removeRow();
  }

  @Override
  public void dropKey() {
    if (inPages) {
      paged.dropRow();
    } else if (base >= 0) {
      segment.own();
      for (int offset = 1; offset < contents.length; offset++) {
        forget(offset);
      }
      removeRow();
    }
  }

  /** What a cell of the current row holds is accounted for no longer. */
  private void forget(int offset) {
    if (offset < contents.length && contents[offset] != null) {
      contents[offset].dropped(segment.cells[base + offset]);
    }
  }

  @Override
  State stateOf(StateColumn column, StateDescriptor<?, ?> descriptor) {
    Contents newContents = Contents.of(descriptor, generation());
    column.accountTo(newContents);
    contents = Arrays.copyOf(contents, Math.max(contents.length, column.offset + 1));
    contents[column.offset] = newContents;
    return super.stateOf(column, descriptor);
  }

  @Override
  void restoreCell(StateColumn column, byte[] bytes) {
    super.restoreCell(column, bytes);
    if (base >= 0) {
      column.count(segment.cells[base + column.offset]);
    }
  }

  private void removeRow() {
    segment.remove(base);
    base = -1;
    rows--;
  }

  @Override
  void widen() {
    for (KeyedTable table : tables) {
      if (table != null) {
        table.widen(columns.size() + 1);
      }
    }
    if (paged != null) {
      paged.widen();
    }
    decideOnPages();
  }

  @Override
  public void expire(String state, Expiry expiry) {
    super.expire(state, expiry);
    decideOnPages();
  }

  @Override
  public void attach(KeyedAnnex newAnnex) {
    newAnnex.accountTo(generation());
    super.attach(newAnnex);
    decideOnPages();
  }

  @Override
  void decodeRestored(StateColumn column) {
    if (paged != null && column.isRecoding()) {
      paged = paged.rewritten(); // bytes of the former type become bytes of the present one
      if (currentKey != null) {
        findRow();
      }
    }
    int stride = columns.size() + 1;
    int now = generation().number();
    for (KeyedTable table : tables) {
      if (table != null) {
        table.forEachSegment(
            each -> {
              each.own();
              for (int at = column.offset; at < each.cells.length; at += stride) {
                if (each.cells[at] instanceof byte[] bytes) {
                  each.cells[at] = column.decode(bytes, operator(), now);
                  column.count(each.cells[at]);
                }
              }
            });
      }
    }
  }

  @Override
  public void sweep(int records) {
    if (keysPerRecord == 0) {
      return;
    }
    long count = (long) records * keysPerRecord;
    rows -= sweep.run(count, columns.values(), generation().number());
    if (paged != null) {
      paged.sweep(count);
    }
    if (currentKey != null) {
      findRow();
    }
  }

  @Override
  public long keyCount() {
    return paged == null ? rows : rows + paged.size();
  }

  @Override
  public boolean takesAnnex() {
    return true;
  }

  @Override
  public FrozenState freeze(long checkpointId) {
    decideOnPages(); // what was restored may have brought an annex
    return paged == null ? freezeObjects() : freezeBytes(checkpointId);
  }

  @Override
  public void nextFreeze(long baseCheckpointId, boolean selfContained) {
    nextBase = baseCheckpointId;
    nextSelfContained = selfContained;
  }

  private FrozenState freezeBytes(long checkpointId) {
    becomeBytes();
    if (currentKey == null) {
      paged.forget();
    } else {
      findRow();
    }
    generation().freeze();
    // a savepoint belongs to the user: nothing may continue it, and what is continued stays
    PagedRows.Frozen frozen = paged.freeze(nextSelfContained ? null : paged.base(nextBase));
    FrozenRows.Group[] groups = new FrozenRows.Group[tables.length];
    for (int i = 0; i < groups.length; i++) {
      groups[i] =
          new FrozenRows.Group(
              null, frozen.groups()[i], timers().captureEvent(i), timers().captureProcessing(i));
    }
    return new FrozenRows(
        this,
        columns.values().stream().map(column -> new FrozenRows.Column(column, null)).toList(),
        groups,
        null,
        generation()::thaw,
        new FrozenRows.Chained(
            nextSelfContained ? null : paged.begin(checkpointId), frozen.base()));
  }

  private FrozenState freezeObjects() {
    generation().freeze();
    FrozenRows.Group[] groups = new FrozenRows.Group[tables.length];
    int stride = columns.size() + 1;
    for (int i = 0; i < groups.length; i++) {
      KeyedTable.Captured captured = tables[i] == null ? null : tables[i].capture();
      groups[i] =
          new FrozenRows.Group(
              captured == null ? null : captured.rows(stride),
              null,
              timers().captureEvent(i),
              timers().captureProcessing(i));
    }
    return new FrozenRows(
        this,
        columns.values().stream().map(FrozenRows.Column::of).toList(),
        groups,
        annex().freeze(),
        generation()::thaw);
  }

  @Override
  void restoreRow(Object key, int hash) {
    selectKey(key, hash);
    if (inPages ? paged.exists() : base >= 0) {
      throw restoredTwice(key);
    }
    if (!inPages) {
      insertRow(key);
    }
  }

  /**
   * Says that the store has what a checkpoint had for its key groups and nothing else, so that the
   * next one may continue that. To be called before any state is declared.
   *
   * @param slices all that were restored, in their order
   */
  void restored(long checkpointId, List<KeyedSlice> slices) {
    decideOnPages();
    if (paged != null) {
      becomeBytes();
      paged.restored(checkpointId, slices);
    }
  }

  @Override
  public void close() {
    Arrays.fill(tables, null);
    paged = null;
    rows = 0;
    super.close();
  }
}
