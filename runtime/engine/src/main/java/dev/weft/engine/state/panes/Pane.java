package dev.weft.engine.state.panes;

import dev.weft.engine.batch.ColumnCodec;
import java.util.Arrays;

/**
 * The accumulators of one stretch of time, by the numbers of keys. Whole numbers lie as such, so
 * that adding to them leaves nothing to the garbage collector; other accumulators by reference.
 */
public final class Pane {
  /** The first millisecond. */
  public final long start;

  /** Which numbers have an accumulator. */
  public long[] present;

  /** The accumulators where they are whole numbers, else null. */
  public long[] longs;

  /** The accumulators where they are not, else null. */
  public Object[] objects;

  private boolean shared;

  Pane(long start, int capacity, boolean whole) {
    this.start = start;
    this.present = new long[(capacity + 63 >>> 6) + 1];
    this.longs = whole ? new long[capacity] : null;
    this.objects = whole ? null : new Object[capacity];
  }

  /** Whether a key has an accumulator. */
  public boolean has(int id) {
    return id >>> 6 < present.length && (present[id >>> 6] & 1L << id) != 0;
  }

  /** The accumulator of a key that has one. */
  public Object value(int id) {
    return longs != null ? (Object) longs[id] : objects[id];
  }

  /** How many bits {@link #present} has, in words. */
  public int words() {
    return present.length;
  }

  int capacity() {
    return longs != null ? longs.length : objects.length;
  }

  /** The memory of the arrays, bytes. */
  long bytes() {
    return bytes(capacity());
  }

  /** The memory of the arrays for so many numbers. */
  long bytes(int capacity) {
    return capacity * (longs != null ? 8L : 4L) + capacity / 8;
  }

  boolean shared() {
    return shared;
  }

  void share() {
    shared = true;
  }

  /** Makes the arrays the pane's own again, as copies when somebody still reads them. */
  void unshare(boolean copy, ColumnCodec codec) {
    shared = false;
    if (!copy) {
      return;
    }
    present = present.clone();
    if (longs != null) {
      longs = longs.clone();
      return;
    }
    objects = objects.clone();
    if (!codec.immutable()) {
      for (int i = 0; i < objects.length; i++) {
        objects[i] = objects[i] == null ? null : codec.copy(objects[i]);
      }
    }
  }

  void grow(int capacity) {
    present = Arrays.copyOf(present, (capacity + 63 >>> 6) + 1);
    if (longs != null) {
      longs = Arrays.copyOf(longs, capacity);
    } else {
      objects = Arrays.copyOf(objects, capacity);
    }
  }
}
