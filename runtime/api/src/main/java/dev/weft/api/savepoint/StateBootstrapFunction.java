package dev.weft.api.savepoint;

import dev.weft.api.functions.AbstractRichFunction;
import dev.weft.api.state.CheckpointedFunction;

/**
 * Fills list and union-list states of an operator that is written into a savepoint. The states are
 * declared in {@link #initializeState} and filled, at the latest, in {@link #snapshotState}, which
 * is called at the end of the input.
 *
 * @param <IN> records in
 */
public abstract class StateBootstrapFunction<IN> extends AbstractRichFunction
    implements CheckpointedFunction {
  /** Takes one record. */
  public abstract void processElement(IN value, Context ctx) throws Exception;

  /** The surroundings of a call. */
  public interface Context {
    /** The wall clock, milliseconds. */
    long currentProcessingTime();
  }
}
