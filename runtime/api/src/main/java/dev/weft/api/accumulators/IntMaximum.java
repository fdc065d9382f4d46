package dev.weft.api.accumulators;

/** The largest of whole numbers. */
public class IntMaximum implements SimpleAccumulator<Integer> {
  private static final long serialVersionUID = 1;

  private int local = Integer.MIN_VALUE;

  /** Nothing added yet. */
  public IntMaximum() {}

  @Override
  public void add(Integer value) {
    local = Math.max(local, value);
  }

  @Override
  public Integer getLocalValue() {
    return local;
  }

  @Override
  public void resetLocal() {
    local = Integer.MIN_VALUE;
  }

  @Override
  public void merge(Accumulator<Integer, Integer> other) {
    add(other.getLocalValue());
  }

  @Override
  public IntMaximum clone() {
    IntMaximum copy = new IntMaximum();
    copy.local = local;
    return copy;
  }

  @Override
  public String toString() {
    return "IntMaximum " + local;
  }
}
