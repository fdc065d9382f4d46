package dev.weft.engine.batch;

import java.util.Arrays;

/**
 * An array of objects that a loop fills for the length of a call, used over and over. After some
 * uses another takes its place, so that it stays young: where the collector keeps cards by regions,
 * storing a young object into an old array costs a fence. Used by one thread.
 */
public final class RowScratch {
  /** After so many uses an array is replaced. */
  public static final int USES_MAX = 128;

  private Object[] rows = new Object[0];
  private int uses;

  /** An empty array with room for at least so many rows; the one before must be done with. */
  public Object[] take(int size) {
    if (rows.length < size || ++uses == USES_MAX) {
      rows = new Object[Math.max(rows.length, capacity(size))];
      uses = 0;
    }
    return rows;
  }

  private static int capacity(int size) {
    return size <= ObjectBatch.ROWS_MAX / 2 ? Integer.highestOneBit(size | 8) << 1 : size;
  }

  /** The call is over: the first rows hold nothing back any more. */
  public void clear(int size) {
    Arrays.fill(rows, 0, Math.min(size, rows.length), null);
  }
}
