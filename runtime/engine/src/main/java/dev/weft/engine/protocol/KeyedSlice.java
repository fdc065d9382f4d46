package dev.weft.engine.protocol;

import java.util.List;

/**
 * Keyed state of a contiguous range of key groups.
 *
 * @param firstKeyGroup the first group
 * @param offsets where each group begins within the handle's bytes, and at last the end; group i is
 *     {@code [offsets[i], offsets[i + 1])}. The bytes before {@code offsets[0]} are the header
 * @param formatVersion of the bytes
 * @param handle where the bytes lie
 * @param files of the database that the rows lie in; none where the handle's bytes have the rows
 */
public record KeyedSlice(
    int firstKeyGroup,
    long[] offsets,
    int formatVersion,
    SnapshotHandle handle,
    @Nullable List<File> files) {
  /** Earlier versions know of no files. */
  public KeyedSlice {
    files = files == null ? List.of() : files;
  }

  /** A slice whose rows are in the handle's bytes. */
  public KeyedSlice(int firstKeyGroup, long[] offsets, int formatVersion, SnapshotHandle handle) {
    this(firstKeyGroup, offsets, formatVersion, handle, List.of());
  }

  /**
   * A file of a database.
   *
   * @param name within the database
   * @param handle where its bytes lie, which may be in a file of an earlier checkpoint
   */
  public record File(String name, SnapshotHandle handle) {}

  /** How many key groups the slice holds. */
  public int keyGroupCount() {
    return offsets.length - 1;
  }

  /** The bytes of the handle and of all files. */
  public long bytes() {
    return handle.length() + files.stream().mapToLong(file -> file.handle().length()).sum();
  }
}
