package dev.weft.api.graph;

/**
 * A reduce function that folds one field of a primitive type: what it has folded so far is a
 * number, and a record is made of it only when one is wanted.
 *
 * @param <T> the records
 */
public interface PrimitiveFold<T> {
  /** The number of a record that is the first. */
  long begin(T first);

  /** Folds a record into the number so far. */
  long fold(long folded, T record);

  /** The first record with the field that the number stands for. */
  T end(T first, long folded);
}
