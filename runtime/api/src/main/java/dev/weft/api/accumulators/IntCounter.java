package dev.weft.api.accumulators;

/** The sum of whole numbers. */
public class IntCounter implements SimpleAccumulator<Integer> {
  private static final long serialVersionUID = 1;

  private int local = 0;

  /** Nothing added yet. */
  public IntCounter() {}

  /** Adds a value. */
  public void add(int value) {
    local += value;
  }

  @Override
  public void add(Integer value) {
    local += value;
  }

  @Override
  public Integer getLocalValue() {
    return local;
  }

  @Override
  public void resetLocal() {
    local = 0;
  }

  @Override
  public void merge(Accumulator<Integer, Integer> other) {
    add(other.getLocalValue());
  }

  @Override
  public IntCounter clone() {
    IntCounter copy = new IntCounter();
    copy.local = local;
    return copy;
  }

  @Override
  public String toString() {
    return "IntCounter " + local;
  }
}
