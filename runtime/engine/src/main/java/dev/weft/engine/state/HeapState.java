package dev.weft.engine.state;

import dev.weft.api.state.State;
import dev.weft.api.state.ValueState;

/** What all states of a heap store share: access to their cell in the current row. */
abstract class HeapState implements State {
  final RowStore store;
  final StateColumn column;
  final int offset;

  /** Where the contents are accounted for, or null. */
  final Contents contents;

  HeapState(RowStore store, StateColumn column) {
    this.store = store;
    this.column = column;
    this.offset = column.offset;
    this.contents = column.contents();
  }

  @Override
  public final void clear() {
    store.clear(offset);
  }

  /** The state for a column that was just declared. */
  static HeapState of(RowStore store, StateColumn column) {
    return switch (column.kind) {
      case LIST -> new HeapListState<>(store, column);
      case MAP -> new HeapMapState<>(store, column);
      default -> column.inCells() ? new Changeable<>(store, column) : new Fixed<>(store, column);
    };
  }

  /** The object in the current row's cell, to be read only; null when there is none. */
  final Object read() {
    Cell cell = (Cell) store.cell(offset);
    return cell == null ? null : cell.value;
  }

  /** The object in the current row's cell, which may be changed; null when there is none. */
  final Object own() {
    Cell cell = (Cell) store.cell(offset);
    if (cell == null) {
      return null;
    }
    store.changing();
    int now = store.generation().number();
    if (cell.since != now) {
      if (store.generation().frozen()) {
        Cell copy = new Cell(column.codec().copy(cell.value), now);
        if (contents != null) {
          contents.copied(cell);
        }
        copy.counted = cell.counted;
        store.put(offset, copy);
        cell = copy;
      } else {
        cell.since = now;
      }
    }
    return cell.value;
  }

  /** Puts another object into the current row's cell. */
  final void replace(Object value) {
    Cell cell = (Cell) store.cell(offset);
    int now = store.generation().number();
    if (cell == null || cell.since != now) {
      Cell next = new Cell(value, now);
      next.counted = cell == null ? 0 : cell.counted;
      store.put(offset, next);
    } else {
      store.changing();
      cell.value = value;
    }
  }

  /** The cell of the current row. */
  final Cell cell() {
    return (Cell) store.cell(offset);
  }

  /** A value that never changes sits in the row itself. */
  private static final class Fixed<T> extends HeapState implements ValueState<T> {
    Fixed(RowStore store, StateColumn column) {
      super(store, column);
    }

    @Override
    @SuppressWarnings("unchecked")
    public T value() {
      return (T) store.cell(offset);
    }

    @Override
    public void update(T value) {
      if (value == null) {
        clear();
      } else {
        store.put(offset, value);
      }
    }
  }

  /** A value that the user may change after reading it. */
  private static final class Changeable<T> extends HeapState implements ValueState<T> {
    Changeable(RowStore store, StateColumn column) {
      super(store, column);
    }

    @Override
    @SuppressWarnings("unchecked")
    public T value() {
      return (T) own();
    }

    @Override
    public void update(T value) {
      if (value == null) {
        clear();
      } else {
        replace(value);
      }
    }
  }

  /**
   * What a row holds for a state whose value can change in place. While a frozen state is open, a
   * cell older than its generation is only read; a copy takes its place when the state is touched.
   */
  static final class Cell {
    Object value;
    int since;

    /** What its contents count for {@link Contents}. */
    int counted;

    Cell(Object value, int since) {
      this.value = value;
      this.since = since;
    }
  }
}
