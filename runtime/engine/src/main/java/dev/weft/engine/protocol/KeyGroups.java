package dev.weft.engine.protocol;

/**
 * Key groups: a key's hash chooses one of {@code maxParallelism} groups by its top bits; each
 * subtask owns a contiguous range of groups, so rescaling moves ranges.
 */
public final class KeyGroups {
  /** The largest max parallelism. */
  public static final int MAX = 1 << 15;

  private KeyGroups() {}

  /**
   * The groups that a subtask owns.
   *
   * @param first the first one
   * @param end the first one after it
   * @param maxParallelism how many there are
   */
  public record Range(int first, int end, int maxParallelism) {
    /** The groups of a subtask. */
    public static Range of(int subtask, int parallelism, int maxParallelism) {
      return new Range(
          KeyGroups.first(subtask, parallelism, maxParallelism),
          KeyGroups.first(subtask + 1, parallelism, maxParallelism),
          maxParallelism);
    }
  }

  /** The group of a key hash, from 0. */
  public static int ofHash(int hash, int maxParallelism) {
    return (int) (((hash & 0xffff_ffffL) * maxParallelism) >>> 32);
  }

  /** The lowest hash, as an unsigned number, of a group. */
  public static int lowestHash(int group, int maxParallelism) {
    return (int) ((((long) group << 32) + maxParallelism - 1) / maxParallelism);
  }

  /** The subtask that owns a group. */
  public static int subtaskOf(int keyGroup, int parallelism, int maxParallelism) {
    return (int) (((long) keyGroup * parallelism) / maxParallelism);
  }

  /** The first group that a subtask owns; the range ends before {@code first(subtask + 1)}. */
  public static int first(int subtask, int parallelism, int maxParallelism) {
    return (int) (((long) subtask * maxParallelism + parallelism - 1) / parallelism);
  }
}
