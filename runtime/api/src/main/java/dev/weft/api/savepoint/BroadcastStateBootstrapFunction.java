package dev.weft.api.savepoint;

import dev.weft.api.functions.AbstractRichFunction;
import dev.weft.api.state.BroadcastState;
import dev.weft.api.state.MapStateDescriptor;

/**
 * Fills broadcast states of an operator that is written into a savepoint. Runs in one subtask.
 *
 * @param <IN> records in
 */
public abstract class BroadcastStateBootstrapFunction<IN> extends AbstractRichFunction {
  /** Puts one record into the states. */
  public abstract void processElement(IN value, Context ctx) throws Exception;

  /** The surroundings of a call. */
  public interface Context {
    /** The wall clock, milliseconds. */
    long currentProcessingTime();

    /** A broadcast state. */
    <K, V> BroadcastState<K, V> getBroadcastState(MapStateDescriptor<K, V> descriptor)
        throws Exception;
  }
}
