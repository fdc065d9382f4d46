package dev.weft.engine.protocol;

/**
 * Keyed state of a contiguous range of key groups.
 *
 * @param firstKeyGroup the first group
 * @param offsets where each group begins within the handle's bytes, and at last the end; group i is
 *     {@code [offsets[i], offsets[i + 1])}. The bytes before {@code offsets[0]} are the header
 * @param formatVersion of the bytes
 * @param handle where the bytes lie
 */
public record KeyedSlice(
    int firstKeyGroup, long[] offsets, int formatVersion, SnapshotHandle handle) {
  /** How many key groups the slice holds. */
  public int keyGroupCount() {
    return offsets.length - 1;
  }
}
