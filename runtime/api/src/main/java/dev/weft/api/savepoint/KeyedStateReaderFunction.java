package dev.weft.api.savepoint;

import dev.weft.api.functions.AbstractRichFunction;
import dev.weft.api.functions.Collector;
import java.util.Set;

/**
 * Turns the keyed state of an operator into records, key by key. The states are declared in {@link
 * #open}, as the operator's function did; only keys that have something in one of them are read, or
 * all keys when none is declared. Changes of states stay with the reader.
 *
 * @param <K> the keys
 * @param <OUT> records out
 */
public abstract class KeyedStateReaderFunction<K, OUT> extends AbstractRichFunction {
  /** Reads the states of a key. */
  public abstract void readKey(K key, Context ctx, Collector<OUT> out) throws Exception;

  /** What a key has besides states. */
  public interface Context {
    /** The times of its event-time timers, milliseconds. */
    Set<Long> registeredEventTimeTimers() throws Exception;

    /** The times of its processing-time timers, milliseconds. */
    Set<Long> registeredProcessingTimeTimers() throws Exception;
  }
}
