package dev.weft.api.accumulators;

/** The sum of numbers. */
public class DoubleCounter implements SimpleAccumulator<Double> {
  private static final long serialVersionUID = 1;

  private double local = 0;

  /** Nothing added yet. */
  public DoubleCounter() {}

  /** Adds a value. */
  public void add(double value) {
    local += value;
  }

  @Override
  public void add(Double value) {
    local += value;
  }

  @Override
  public Double getLocalValue() {
    return local;
  }

  @Override
  public void resetLocal() {
    local = 0;
  }

  @Override
  public void merge(Accumulator<Double, Double> other) {
    add(other.getLocalValue());
  }

  @Override
  public DoubleCounter clone() {
    DoubleCounter copy = new DoubleCounter();
    copy.local = local;
    return copy;
  }

  @Override
  public String toString() {
    return "DoubleCounter " + local;
  }
}
