package dev.weft.api.accumulators;

/** The smallest of large whole numbers. */
public class LongMinimum implements SimpleAccumulator<Long> {
  private static final long serialVersionUID = 1;

  private long local = Long.MAX_VALUE;

  /** Nothing added yet. */
  public LongMinimum() {}

  @Override
  public void add(Long value) {
    local = Math.min(local, value);
  }

  @Override
  public Long getLocalValue() {
    return local;
  }

  @Override
  public void resetLocal() {
    local = Long.MAX_VALUE;
  }

  @Override
  public void merge(Accumulator<Long, Long> other) {
    add(other.getLocalValue());
  }

  @Override
  public LongMinimum clone() {
    LongMinimum copy = new LongMinimum();
    copy.local = local;
    return copy;
  }

  @Override
  public String toString() {
    return "LongMinimum " + local;
  }
}
