package dev.weft.engine.state.panes;

import dev.weft.api.types.TypeInformation;
import java.util.Arrays;

/** Keys of type {@code Long} or {@code Integer}, kept as numbers: no key is an object. */
final class NumberKeyIndex extends KeyIndex {
  private final boolean ints;
  private long[] keys = new long[CAPACITY_MIN];

  /** Which numbers have a key. */
  private long[] present = new long[CAPACITY_MIN >>> 6];

  /** Nobody reads it; without it the loads ahead would be optimised away. */
  private long touched;

  NumberKeyIndex(TypeInformation<?> type) {
    this.ints = type.typeClass() == Integer.class;
  }

  @Override
  void findOrAdd(Object[] wanted, int[] wantedHashes, int[] ids, int size) {
    long[] numbers = new long[size];
    for (int row = 0; row < size; row++) {
      numbers[row] = ((Number) wanted[row]).longValue();
    }
    findOrAdd(numbers, wantedHashes, ids, size);
  }

  /** Finds or adds; loads come first, as they do for objects. */
  void findOrAdd(long[] wanted, int[] wantedHashes, int[] ids, int size) {
    int begin = 0;
    while (begin < size) {
      int to = Math.min(size, begin + ROWS_AHEAD);
      candidates(wantedHashes, ids, begin, to);
      touch(ids, begin, to);
      for (int row = begin; row < to; row++) {
        int id = ids[row];
        if (id < 0 || keys[id] != wanted[row]) {
          id = find(wanted[row], wantedHashes[row]);
          ids[row] = id >= 0 ? id : add(wanted[row], wantedHashes[row]);
        }
      }
      begin = to;
    }
  }

  private void touch(int[] ids, int begin, int to) {
    long[] numbers = keys;
    long found = 0;
    for (int row = begin; row < to; row++) {
      found += numbers[Math.max(0, ids[row])];
    }
    touched = found;
  }

  private int find(long key, int hash) {
    for (int i = probe(hash); ; i = after(i)) {
      int id = at(i, hash);
      if (id == -2) {
        return -1;
      }
      if (id >= 0 && keys[id] == key) {
        return id;
      }
    }
  }

  private int add(long key, int hash) {
    int id = take(hash);
    keys[id] = key;
    present[id >>> 6] |= 1L << id;
    return id;
  }

  private static boolean has(long[] bits, int id) {
    return (bits[id >>> 6] & 1L << id) != 0;
  }

  private static Object box(long key, boolean ints) {
    if (ints) {
      return (int) key;
    }
    return key;
  }

  @Override
  Object key(int id) {
    return box(keys[id], ints);
  }

  @Override
  boolean has(int id) {
    return has(present, id);
  }

  @Override
  void grow(int capacity) {
    keys = Arrays.copyOf(keys, capacity);
    present = Arrays.copyOf(present, capacity >>> 6);
  }

  @Override
  void copyKeys() {
    keys = keys.clone();
    present = present.clone();
  }

  @Override
  void forget(int id) {
    present[id >>> 6] &= ~(1L << id);
  }

  @Override
  Keys keys() {
    long[] held = keys;
    long[] bits = present;
    boolean asInts = ints;
    return new Keys() {
      @Override
      public boolean has(int id) {
        return NumberKeyIndex.has(bits, id);
      }

      @Override
      public Object key(int id) {
        return box(held[id], asInts);
      }
    };
  }
}
