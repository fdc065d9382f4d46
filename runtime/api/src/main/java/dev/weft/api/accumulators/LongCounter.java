package dev.weft.api.accumulators;

/** The sum of large whole numbers. */
public class LongCounter implements SimpleAccumulator<Long> {
  private static final long serialVersionUID = 1;

  private long local = 0;

  /** Nothing added yet. */
  public LongCounter() {}

  /** Adds a value. */
  public void add(long value) {
    local += value;
  }

  @Override
  public void add(Long value) {
    local += value;
  }

  @Override
  public Long getLocalValue() {
    return local;
  }

  @Override
  public void resetLocal() {
    local = 0;
  }

  @Override
  public void merge(Accumulator<Long, Long> other) {
    add(other.getLocalValue());
  }

  @Override
  public LongCounter clone() {
    LongCounter copy = new LongCounter();
    copy.local = local;
    return copy;
  }

  @Override
  public String toString() {
    return "LongCounter " + local;
  }
}
