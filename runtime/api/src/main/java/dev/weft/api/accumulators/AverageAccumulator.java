package dev.weft.api.accumulators;

/** The average of numbers; 0 when none was added. */
public class AverageAccumulator implements SimpleAccumulator<Double> {
  private static final long serialVersionUID = 1;

  private long count;
  private double sum;

  /** Nothing added yet. */
  public AverageAccumulator() {}

  @Override
  public void add(Double value) {
    count++;
    sum += value;
  }

  @Override
  public Double getLocalValue() {
    return count == 0 ? 0.0 : sum / count;
  }

  @Override
  public void resetLocal() {
    count = 0;
    sum = 0;
  }

  @Override
  public void merge(Accumulator<Double, Double> other) {
    AverageAccumulator average = (AverageAccumulator) other;
    count += average.count;
    sum += average.sum;
  }

  @Override
  public AverageAccumulator clone() {
    AverageAccumulator copy = new AverageAccumulator();
    copy.merge(this);
    return copy;
  }

  @Override
  public String toString() {
    return "AverageAccumulator " + getLocalValue() + " of " + count;
  }
}
