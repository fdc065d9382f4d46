package dev.weft.engine.protocol;

/**
 * Elements of one state of an operator that does not belong to keys.
 *
 * @param name the state's
 * @param distribution who gets which elements on restore
 * @param first the first element of the handle's bytes that counts
 * @param count how many count from there
 * @param handle where the bytes of all elements lie
 */
public record OperatorSlice(
    String name, Distribution distribution, int first, int count, SnapshotHandle handle) {
  /** Who gets what when the state is restored. */
  public enum Distribution {
    /** Every element goes to exactly one subtask. */
    SPLIT,
    /** Every subtask gets the elements of all. */
    UNION,
    /** All subtasks have the same elements; each gets those of one. */
    BROADCAST
  }
}
