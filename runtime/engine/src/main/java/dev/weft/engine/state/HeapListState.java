package dev.weft.engine.state;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.state.ListState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A list per key. */
final class HeapListState<T> extends HeapState implements ListState<T> {
  HeapListState(RowStore store, StateColumn column) {
    super(store, column);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Iterable<T> get() {
    List<T> list = (List<T>) (column.elementsFixed() ? read() : own());
    return list == null ? List.of() : Collections.unmodifiableList(list);
  }

  @SuppressWarnings("unchecked")
  private List<T> ownOrNew() {
    List<T> list = (List<T>) own();
    if (list == null) {
      list = new ArrayList<>();
      replace(list);
    }
    return list;
  }

  @Override
  public void add(T value) {
    List<T> list = ownOrNew();
    list.add(present(value));
    count(list);
  }

  @Override
  public void addAll(List<T> values) {
    if (!values.isEmpty()) {
      values.forEach(this::present);
      List<T> list = ownOrNew();
      list.addAll(values);
      count(list);
    }
  }

  @Override
  public void update(List<T> values) {
    if (values == null || values.isEmpty()) {
      clear();
    } else {
      values.forEach(this::present);
      List<T> list = new ArrayList<>(values);
      replace(list);
      count(list);
    }
  }

  private void count(List<T> list) {
    if (contents != null) {
      contents.changed(cell(), list.size(), null, list.get(list.size() - 1));
    }
  }

  private T present(T value) {
    if (value == null) {
      throw new WeftException(
          ErrorCode.USER,
          "A null is added to list state '"
              + column.name
              + "' of "
              + store.operator()
              + "; a list state holds no nulls");
    }
    return value;
  }
}
