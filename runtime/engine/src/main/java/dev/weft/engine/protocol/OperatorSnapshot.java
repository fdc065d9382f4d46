package dev.weft.engine.protocol;

import java.util.List;

/**
 * What one operator of one subtask keeps in a checkpoint.
 *
 * @param operatorUid matches operators on restore
 * @param keyed keyed state; usually one slice
 * @param items opaque pieces that may go to any subtask on restore, such as a reader's splits; with
 *     keyed state beside them and another parallelism every subtask gets all
 * @param unkeyed state of the operator as a whole
 */
public record OperatorSnapshot(
    String operatorUid,
    List<KeyedSlice> keyed,
    List<byte[]> items,
    @Nullable List<OperatorSlice> unkeyed) {
  /** Earlier versions know of no unkeyed state. */
  public OperatorSnapshot {
    unkeyed = unkeyed == null ? List.of() : unkeyed;
  }

  /** A snapshot without unkeyed state. */
  public OperatorSnapshot(String operatorUid, List<KeyedSlice> keyed, List<byte[]> items) {
    this(operatorUid, keyed, items, List.of());
  }

  /** The bytes of all keyed and unkeyed state. */
  public long bytes() {
    return keyed.stream().mapToLong(KeyedSlice::bytes).sum()
        + unkeyed.stream().mapToLong(slice -> slice.handle().length()).sum();
  }

  /** Whether there is nothing in it. */
  public boolean isEmpty() {
    return keyed.isEmpty() && items.isEmpty() && unkeyed.isEmpty();
  }
}
