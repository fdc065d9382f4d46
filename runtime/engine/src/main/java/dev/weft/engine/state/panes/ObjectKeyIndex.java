package dev.weft.engine.state.panes;

import dev.weft.engine.batch.ColumnCodec;
import java.util.Arrays;

/** Keys as the objects that were first seen, which grow old once. */
final class ObjectKeyIndex extends KeyIndex {
  private final ColumnCodec codec;
  private Object[] keys = new Object[CAPACITY_MIN];

  /** Nobody reads it; without it the loads ahead would be optimised away. */
  private int touched;

  ObjectKeyIndex(ColumnCodec codec) {
    this.codec = codec;
  }

  /**
   * Finds or adds. First come the loads, of some rows at a time: they do not depend on each other,
   * so the processor waits for many at once.
   */
  @Override
  void findOrAdd(Object[] wanted, int[] wantedHashes, int[] ids, int size) {
    int begin = 0;
    while (begin < size) {
      int to = Math.min(size, begin + ROWS_AHEAD);
      candidates(wantedHashes, ids, begin, to);
      touch(ids, begin, to);
      for (int row = begin; row < to; row++) {
        int id = ids[row];
        if (id < 0 || !same(keys[id], wanted[row])) {
          id = find(wanted[row], wantedHashes[row]);
          ids[row] = id >= 0 ? id : add(wanted[row], wantedHashes[row]);
        }
      }
      begin = to;
    }
  }

  private void touch(int[] ids, int begin, int to) {
    int found = 0;
    for (int row = begin; row < to; row++) {
      if (ids[row] >= 0) {
        found += keys[ids[row]].getClass() == null ? 1 : 0;
      }
    }
    touched = found;
  }

  private int find(Object key, int hash) {
    for (int i = probe(hash); ; i = after(i)) {
      int id = at(i, hash);
      if (id == -2) {
        return -1;
      }
      if (id >= 0 && same(keys[id], key)) {
        return id;
      }
    }
  }

  private static boolean same(Object known, Object key) {
    return known == key || known.equals(key);
  }

  private int add(Object key, int hash) {
    int id = take(hash);
    keys[id] = codec.immutable() ? key : codec.copy(key);
    return id;
  }

  @Override
  Object key(int id) {
    return keys[id];
  }

  @Override
  boolean has(int id) {
    return keys[id] != null;
  }

  @Override
  void grow(int capacity) {
    keys = Arrays.copyOf(keys, capacity);
  }

  @Override
  void copyKeys() {
    keys = keys.clone();
  }

  @Override
  void forget(int id) {
    keys[id] = null;
  }

  @Override
  Keys keys() {
    Object[] held = keys;
    return new Keys() {
      @Override
      public boolean has(int id) {
        return held[id] != null;
      }

      @Override
      public Object key(int id) {
        return held[id];
      }
    };
  }
}
