package dev.weft.api.savepoint;

import dev.weft.api.functions.AbstractRichFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.state.KeyedStateStore;
import dev.weft.api.state.State;
import dev.weft.api.state.StateDescriptor;
import dev.weft.api.windowing.windows.Window;

/**
 * Turns the windows of an operator into records, window by window of each key. Changes of states
 * and elements stay with the reader.
 *
 * @param <IN> what windows hold: their records, or the one result of their aggregate
 * @param <OUT> records out
 * @param <KEY> the keys
 * @param <W> the windows
 */
public abstract class WindowReaderFunction<IN, OUT, KEY, W extends Window>
    extends AbstractRichFunction {
  /** Reads a window of a key. */
  public abstract void readWindow(
      KEY key, Context<W> context, Iterable<IN> elements, Collector<OUT> out) throws Exception;

  /**
   * What a window has besides its elements.
   *
   * @param <W> the windows
   */
  public interface Context<W extends Window> {
    /** The window. */
    W window();

    /**
     * A state of the operator's trigger for the key and window.
     *
     * @throws dev.weft.api.error.WeftException with code USER when the snapshot has none of that
     *     name and type, with those that it has
     */
    <S extends State> S triggerState(StateDescriptor<S, ?> descriptor);

    /** The states of the operator's function for the key and window, with the same refusals. */
    KeyedStateStore windowState();

    /** The states of the operator's function for the key, with the same refusals. */
    KeyedStateStore globalState();
  }
}
