package dev.weft.engine.state;

import dev.weft.api.types.TypeInformation;
import dev.weft.engine.protocol.KeyGroups;
import java.util.Arrays;
import java.util.List;

/** Keyed state as objects on the heap: a {@link KeyedTable} per key group. */
final class HeapStateStore extends RowStore {
  private final KeyedTable[] tables;
  private final HeapSweep sweep;
  private Segment segment;
  private int base = -1;
  private long rows;

  /** So many rows are touched at a time: what is touched must still be in the nearest cache. */
  private static final int ROWS_AHEAD = 64;

  private int[] expected = new int[0];
  private int expectedCount;
  private int nextExpected;
  private int selectsLeft = Integer.MAX_VALUE;

  /** Nobody reads it; without it the loads of {@link #touchAhead} would be optimised away. */
  private int touched;

  HeapStateStore(
      String operator, TypeInformation<?> keyType, KeyGroups.Range groups, Generation generation) {
    super(operator, keyType, groups, generation);
    this.tables = new KeyedTable[groupCount];
    this.sweep = new HeapSweep(tables);
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
    int found = 0;
    int end = Math.min(expectedCount, nextExpected + ROWS_AHEAD);
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
    KeyedTable table = tables[currentGroup];
    if (table == null) {
      base = -1;
    } else {
      segment = table.segment(currentHash);
      base = segment.find(currentKey, currentHash);
    }
  }

  @Override
  void forgetRow() {
    base = -1;
  }

  @Override
  Object cell(int offset) {
    if (base < 0) {
      requireKey();
      return null;
    }
    return segment.cells[base + offset];
  }

  @Override
  void put(int offset, Object cell) {
    if (base < 0) {
      requireKey();
      insertRow(ownKey());
    }
    segment.own();
    segment.cells[base + offset] = cell;
  }

  @Override
  void gatherKeys(int group, StateColumn column, List<HashedKey> keys) {
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
    // a checkpoint takes every row
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
  }

  @Override
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
    removeRow();
  }

  @Override
  public void dropKey() {
    if (base >= 0) {
      segment.own();
      removeRow();
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
  }

  @Override
  void decodeRestored(StateColumn column) {
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
    rows -= sweep.run((long) records * keysPerRecord, columns.values(), generation().number());
    if (currentKey != null) {
      findRow();
    }
  }

  @Override
  public long keyCount() {
    return rows;
  }

  @Override
  public boolean takesAnnex() {
    return true;
  }

  @Override
  public FrozenState freeze(long checkpointId) {
    generation().freeze();
    FrozenRows.Group[] groups = new FrozenRows.Group[tables.length];
    int stride = columns.size() + 1;
    for (int i = 0; i < groups.length; i++) {
      KeyedTable.Captured captured = tables[i] == null ? null : tables[i].capture();
      groups[i] =
          new FrozenRows.Group(
              captured == null ? null : captured.rows(stride),
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
    if (base >= 0) {
      throw restoredTwice(key);
    }
    insertRow(key);
  }

  @Override
  public void close() {
    Arrays.fill(tables, null);
    rows = 0;
    super.close();
  }
}
