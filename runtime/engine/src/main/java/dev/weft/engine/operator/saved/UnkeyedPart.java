package dev.weft.engine.operator.saved;

import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.connector.builtin.SavedStateSource;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.SuppressRestartsException;
import dev.weft.api.error.WeftException;
import dev.weft.api.tuple.Tuple2;
import dev.weft.engine.state.unkeyed.UnkeyedStates;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;

/** Elements of a list or entries of a broadcast state. */
final class UnkeyedPart implements SavedPart {
  private final Iterator<?> elements;
  private Object present;

  UnkeyedPart(
      SavedStates saved, OperatorPart operator, SavedStateSource.Selection selection, boolean first)
      throws Exception {
    try {
      elements = elements(saved, operator, selection, first);
    } catch (WeftException e) {
      throw e.code() == ErrorCode.USER ? new SuppressRestartsException(e) : e;
    }
  }

  private static Iterator<?> elements(
      SavedStates saved, OperatorPart operator, SavedStateSource.Selection selection, boolean first)
      throws Exception {
    UnkeyedStates states = saved.unkeyed(operator);
    if (selection instanceof SavedStateSource.Entries entries) {
      check(saved, operator, entries.descriptor().getName());
      Iterable<? extends Map.Entry<?, ?>> all =
          states.getBroadcastState(entries.descriptor()).entries();
      return first ? all.iterator() : Collections.emptyIterator();
    }
    SavedStateSource.Elements list = (SavedStateSource.Elements) selection;
    check(saved, operator, list.descriptor().getName());
    Iterable<?> all =
        (list.union()
                ? states.getUnionListState(list.descriptor())
                : states.getListState(list.descriptor()))
            .get();
    return first || !list.union() ? all.iterator() : Collections.emptyIterator();
  }

  /** A state may be missing in a part that has none of its elements, but not in all. */
  private static void check(SavedStates saved, OperatorPart operator, String state) {
    boolean there =
        saved.find(operator.path(), operator.uid(), 0, 1).state().unkeyed().stream()
            .anyMatch(slice -> slice.name().equals(state));
    if (!there) {
      throw new WeftException(
          ErrorCode.USER,
          "There is no unkeyed state '"
              + state
              + "' of "
              + operator.describe()
              + "; it holds "
              + saved.describe(operator));
    }
  }

  @Override
  public boolean next() {
    present = elements.hasNext() ? elements.next() : null;
    return present != null;
  }

  @Override
  public void emit(ReaderOutput<Object> output) {
    output.collect(
        present instanceof Map.Entry<?, ?> entry
            ? Tuple2.of(entry.getKey(), entry.getValue())
            : present);
  }

  @Override
  public void close() {
    present = null;
  }
}
