package dev.weft.api.eventtime;

/** An assigner that is made where it is first used. */
final class SuppliedTimestampAssigner<T> implements SerializableTimestampAssigner<T> {
  private static final long serialVersionUID = 1;

  private final TimestampAssignerSupplier<T> supplier;
  private transient TimestampAssigner<T> assigner;

  SuppliedTimestampAssigner(TimestampAssignerSupplier<T> supplier) {
    this.supplier = supplier;
  }

  @Override
  public long extractTimestamp(T element, long recordTimestamp) {
    if (assigner == null) {
      assigner = supplier.createTimestampAssigner(new TimestampAssignerSupplier.Context() {});
    }
    return assigner.extractTimestamp(element, recordTimestamp);
  }
}
