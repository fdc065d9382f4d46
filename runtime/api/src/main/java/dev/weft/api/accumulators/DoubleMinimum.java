package dev.weft.api.accumulators;

/** The smallest of numbers. */
public class DoubleMinimum implements SimpleAccumulator<Double> {
  private static final long serialVersionUID = 1;

  private double local = Double.POSITIVE_INFINITY;

  /** Nothing added yet. */
  public DoubleMinimum() {}

  @Override
  public void add(Double value) {
    local = Math.min(local, value);
  }

  @Override
  public Double getLocalValue() {
    return local;
  }

  @Override
  public void resetLocal() {
    local = Double.POSITIVE_INFINITY;
  }

  @Override
  public void merge(Accumulator<Double, Double> other) {
    add(other.getLocalValue());
  }

  @Override
  public DoubleMinimum clone() {
    DoubleMinimum copy = new DoubleMinimum();
    copy.local = local;
    return copy;
  }

  @Override
  public String toString() {
    return "DoubleMinimum " + local;
  }
}
