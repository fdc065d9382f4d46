package dev.weft.api.accumulators;

import java.io.Serializable;
import java.util.ArrayList;

/**
 * All values that were added, which are serializable. They lie in memory and travel in messages:
 * for a few thousand values, not for data.
 *
 * @param <T> the values
 */
public class ListAccumulator<T> implements Accumulator<T, ArrayList<T>> {
  private static final long serialVersionUID = 1;

  private final ArrayList<T> values = new ArrayList<>();

  /** Nothing added yet. */
  public ListAccumulator() {}

  @Override
  public void add(T value) {
    if (!(value instanceof Serializable)) {
      throw new IllegalArgumentException("not serializable: " + value);
    }
    values.add(value);
  }

  @Override
  public ArrayList<T> getLocalValue() {
    return values;
  }

  @Override
  public void resetLocal() {
    values.clear();
  }

  @Override
  public void merge(Accumulator<T, ArrayList<T>> other) {
    values.addAll(other.getLocalValue());
  }

  @Override
  public ListAccumulator<T> clone() {
    ListAccumulator<T> copy = new ListAccumulator<>();
    copy.merge(this);
    return copy;
  }

  @Override
  public String toString() {
    return "ListAccumulator of " + values.size();
  }
}
