package dev.weft.engine.operator.saved;

import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.connector.builtin.SavedStateSource;
import dev.weft.engine.operator.OperatorContext;

/** A part of an operator's state while it is read, element by element. */
interface SavedPart extends AutoCloseable {
  /** Goes to the next element; false after the last. */
  boolean next() throws Exception;

  /** Emits what the present element becomes. */
  void emit(ReaderOutput<Object> output) throws Exception;

  @Override
  void close();

  /**
   * Opens a part.
   *
   * @param first whether it is the one that has what every part has
   */
  static SavedPart open(
      OperatorContext context,
      OperatorPart operator,
      SavedStateSource.Selection selection,
      boolean first)
      throws Exception {
    if (selection instanceof SavedStateSource.Keyed keyed) {
      return operator.state().keyed().isEmpty()
          ? new EmptyPart()
          : KeyedPart.open(context, operator, keyed);
    }
    if (selection instanceof SavedStateSource.Windows windows) {
      return operator.state().keyed().isEmpty()
          ? new EmptyPart()
          : WindowPart.open(context, operator, windows);
    }
    return new UnkeyedPart(context.savedStates(), operator, selection, first);
  }

  /** More parts than key groups leave some without any. */
  final class EmptyPart implements SavedPart {
    @Override
    public boolean next() {
      return false;
    }

    @Override
    public void emit(ReaderOutput<Object> output) {
      throw new IllegalStateException("there is nothing in an empty part");
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
