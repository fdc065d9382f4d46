package dev.weft.engine.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Walks through the rows of a heap store, a few at a time and around again, and drops what has
 * expired. Rows that move meanwhile may be looked at twice or not before the next round.
 */
final class HeapSweep {
  private final KeyedTable[] tables;
  private int table;
  private int segment;
  private int row;
  private long removed;

  HeapSweep(KeyedTable[] tables) {
    this.tables = tables;
  }

  /**
   * Looks at about so many rows.
   *
   * @param generation of the store
   * @return how many were removed
   */
  long run(long rowCount, Collection<StateColumn> columns, int generation) {
    List<Due> due = new ArrayList<>();
    for (StateColumn column : columns) {
      if (column.expiry() != null) {
        due.add(new Due(column, column.expiry().nowMillis()));
      }
    }
    removed = 0;
    long budget = rowCount;
    int visited = 0;
    while (budget > 0 && visited <= tables.length) {
      KeyedTable current = tables[table];
      if (current == null || segment >= current.directorySize()) {
        table = (table + 1) % tables.length;
        segment = 0;
        row = 0;
        visited++;
      } else {
        Segment rows = current.segmentAt(segment);
        budget -= sweep(rows, columns.size() + 1, due, generation, budget);
        if (row >= rows.size()) {
          segment = current.after(segment);
          row = 0;
        }
      }
    }
    return removed;
  }

  /** A column whose values expire. */
  private record Due(StateColumn column, long nowMillis) {}

  /** Looks at rows of a segment and returns how many. */
  private long sweep(Segment rows, int stride, List<Due> due, int generation, long budget) {
    long looked = 1;
    while (looked <= budget && row < rows.size()) {
      int base = row * stride;
      looked++;
      if (!emptied(rows, base, stride, due, generation)) {
        row++;
      } else {
        rows.remove(base); // the last row has moved here
        removed++;
      }
    }
    return looked;
  }

  /** Drops what has expired from a row; whether nothing is left of it. */
  private static boolean emptied(
      Segment rows, int base, int stride, List<Due> due, int generation) {
    boolean changed = false;
    for (Due each : due) {
      Object cell = rows.cells[base + each.column.offset];
      Object value = cell instanceof HeapState.Cell inner ? inner.value : cell;
      if (value == null || value instanceof byte[]) {
        continue;
      }
      Object live = each.column.expiry().live(value, each.nowMillis);
      if (live != value) {
        rows.own();
        rows.cells[base + each.column.offset] = each.column.replaced(cell, live, generation);
        changed = true;
      }
    }
    if (!changed) {
      return false;
    }
    for (int i = 1; i < stride; i++) {
      if (rows.cells[base + i] != null) {
        return false;
      }
    }
    return true;
  }
}
