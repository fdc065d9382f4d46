package dev.weft.api.accumulators;

/** The largest of large whole numbers. */
public class LongMaximum implements SimpleAccumulator<Long> {
  private static final long serialVersionUID = 1;

  private long local = Long.MIN_VALUE;

  /** Nothing added yet. */
  public LongMaximum() {}

  @Override
  public void add(Long value) {
    local = Math.max(local, value);
  }

  @Override
  public Long getLocalValue() {
    return local;
  }

  @Override
  public void resetLocal() {
    local = Long.MIN_VALUE;
  }

  @Override
  public void merge(Accumulator<Long, Long> other) {
    add(other.getLocalValue());
  }

  @Override
  public LongMaximum clone() {
    LongMaximum copy = new LongMaximum();
    copy.local = local;
    return copy;
  }

  @Override
  public String toString() {
    return "LongMaximum " + local;
  }
}
