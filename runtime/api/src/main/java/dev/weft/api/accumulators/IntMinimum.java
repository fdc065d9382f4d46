package dev.weft.api.accumulators;

/** The smallest of whole numbers. */
public class IntMinimum implements SimpleAccumulator<Integer> {
  private static final long serialVersionUID = 1;

  private int local = Integer.MAX_VALUE;

  /** Nothing added yet. */
  public IntMinimum() {}

  @Override
  public void add(Integer value) {
    local = Math.min(local, value);
  }

  @Override
  public Integer getLocalValue() {
    return local;
  }

  @Override
  public void resetLocal() {
    local = Integer.MAX_VALUE;
  }

  @Override
  public void merge(Accumulator<Integer, Integer> other) {
    add(other.getLocalValue());
  }

  @Override
  public IntMinimum clone() {
    IntMinimum copy = new IntMinimum();
    copy.local = local;
    return copy;
  }

  @Override
  public String toString() {
    return "IntMinimum " + local;
  }
}
