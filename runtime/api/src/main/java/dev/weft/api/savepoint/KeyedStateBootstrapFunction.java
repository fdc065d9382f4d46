package dev.weft.api.savepoint;

import dev.weft.api.functions.AbstractRichFunction;
import dev.weft.api.functions.TimerService;

/**
 * Fills the keyed state of an operator that is written into a savepoint. Declares the states, with
 * the names and types that the job's function uses, in {@link #open}.
 *
 * @param <K> the keys
 * @param <IN> records in
 */
public abstract class KeyedStateBootstrapFunction<K, IN> extends AbstractRichFunction {
  /** Puts one record into the states of its key. */
  public abstract void processElement(IN value, Context ctx) throws Exception;

  /** The surroundings of a call. */
  public abstract class Context {
    /** Timers of the current key, which fire in the job that starts from the savepoint. */
    public abstract TimerService timerService();

    /** The current key. */
    public abstract K getCurrentKey();
  }
}
