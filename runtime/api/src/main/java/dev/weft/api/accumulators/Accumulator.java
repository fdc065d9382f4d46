package dev.weft.api.accumulators;

import java.io.Serializable;

/**
 * Takes values in one subtask; those of all subtasks are merged for the client. It begins anew when
 * the job restarts. Used by the thread that runs the function; travels in its serialised form.
 *
 * @param <V> what is added
 * @param <R> the result
 */
public interface Accumulator<V, R extends Serializable> extends Serializable, Cloneable {
  /** Adds a value. */
  void add(V value);

  /** The result of what was added in this subtask. */
  R getLocalValue();

  /** Forgets what was added. */
  void resetLocal();

  /** Takes in what another one of the same class was given. */
  void merge(Accumulator<V, R> other);

  /** A copy. */
  Accumulator<V, R> clone();
}
