package dev.weft.api.accumulators;

/** The largest of numbers. */
public class DoubleMaximum implements SimpleAccumulator<Double> {
  private static final long serialVersionUID = 1;

  private double local = Double.NEGATIVE_INFINITY;

  /** Nothing added yet. */
  public DoubleMaximum() {}

  @Override
  public void add(Double value) {
    local = Math.max(local, value);
  }

  @Override
  public Double getLocalValue() {
    return local;
  }

  @Override
  public void resetLocal() {
    local = Double.NEGATIVE_INFINITY;
  }

  @Override
  public void merge(Accumulator<Double, Double> other) {
    add(other.getLocalValue());
  }

  @Override
  public DoubleMaximum clone() {
    DoubleMaximum copy = new DoubleMaximum();
    copy.local = local;
    return copy;
  }

  @Override
  public String toString() {
    return "DoubleMaximum " + local;
  }
}
