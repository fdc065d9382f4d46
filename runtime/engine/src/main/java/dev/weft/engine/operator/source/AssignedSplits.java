package dev.weft.engine.operator.source;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which splits came to a reader after which checkpoint, and the bytes of a split in a checkpoint:
 * four bytes of the serializer's version, then what it wrote.
 */
public final class AssignedSplits {
  private static final long NOT_COVERED = Long.MAX_VALUE;

  private final List<Assigned> assigned = new ArrayList<>();

  /** A split and the first checkpoint that was taken after it came. */
  private record Assigned(byte[] item, long coveredBy) {}

  /** Splits came, as the enumerator's side serialised them. */
  void add(int version, List<byte[]> splits) {
    for (byte[] split : splits) {
      assigned.add(new Assigned(item(version, split), NOT_COVERED));
    }
  }

  /** A checkpoint was taken of the reader. */
  void snapshot(long checkpointId) {
    assigned.replaceAll(
        split -> split.coveredBy == NOT_COVERED ? new Assigned(split.item, checkpointId) : split);
  }

  /** A checkpoint is complete: what it covers is no longer asked for. */
  void completed(long checkpointId) {
    assigned.removeIf(split -> split.coveredBy <= checkpointId);
  }

  /** The splits that the checkpoint does not cover. */
  List<byte[]> since(long checkpointId) {
    return assigned.stream()
        .filter(split -> split.coveredBy > checkpointId)
        .map(Assigned::item)
        .toList();
  }

  /** The bytes of a split in a checkpoint. */
  public static byte[] item(int version, byte[] split) {
    return ByteBuffer.allocate(Integer.BYTES + split.length).putInt(version).put(split).array();
  }

  /** The version in an item's bytes. */
  static int version(byte[] item) {
    return ByteBuffer.wrap(item).getInt();
  }

  /** The split in an item's bytes. */
  static byte[] split(byte[] item) {
    return Arrays.copyOfRange(item, Integer.BYTES, item.length);
  }
}
