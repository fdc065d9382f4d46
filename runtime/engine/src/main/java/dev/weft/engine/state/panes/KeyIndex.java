package dev.weft.engine.state.panes;

import dev.weft.engine.batch.ColumnCodec;
import java.util.Arrays;

/**
 * Numbers for keys: small, dense, and given out again when a key is forgotten. Open addressing with
 * linear probing; a slot holds the key's hash and its number, so that a probe that does not match
 * touches nothing else. Keys stay the objects that were first seen, which grow old once.
 */
final class KeyIndex {
  private static final int CAPACITY_MIN = 64;
  private static final int ROWS_AHEAD = 64;

  private final ColumnCodec codec;
  private long[] slots = new long[CAPACITY_MIN * 2];
  Object[] keys = new Object[CAPACITY_MIN];
  int[] hashes = new int[CAPACITY_MIN];

  /** In how many panes each key is. */
  private int[] uses = new int[CAPACITY_MIN];

  private int[] free = new int[0];
  private int freeCount;
  private int end;
  private boolean shared;

  /** Nobody reads it; without it the loads ahead would be optimised away. */
  private int touched;

  KeyIndex(ColumnCodec codec) {
    this.codec = codec;
  }

  /** One more than the largest number in use. */
  int end() {
    return end;
  }

  /** How many keys there are. */
  int size() {
    return end - freeCount;
  }

  /**
   * Finds the numbers of keys; those that are new get one. First come the loads, of some rows at a
   * time: they do not depend on each other, so the processor waits for many at once.
   */
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

  /** The first numbers whose keys have these hashes, or -1. */
  private void candidates(int[] wantedHashes, int[] ids, int begin, int to) {
    long[] table = slots;
    int mask = table.length - 1;
    for (int row = begin; row < to; row++) {
      int hash = wantedHashes[row];
      int i = hash & mask;
      while (table[i] != 0 && (int) (table[i] >>> 32) != hash) {
        i = i + 1 & mask;
      }
      ids[row] = (int) table[i] - 1;
    }
  }

  private void touch(int[] ids, int begin, int to) {
    int found = 0;
    for (int row = begin; row < to; row++) {
      if (ids[row] >= 0) {
        Object key = keys[ids[row]];
        found += key instanceof Long number ? number.intValue() : key.getClass() == null ? 1 : 0;
      }
    }
    touched = found;
  }

  /** The number of a key, or -1. */
  int find(Object key, int hash) {
    long[] table = slots;
    int mask = table.length - 1;
    for (int i = hash & mask; ; i = i + 1 & mask) {
      long slot = table[i];
      if (slot == 0) {
        return -1;
      }
      if ((int) (slot >>> 32) == hash) {
        int id = (int) slot - 1;
        if (same(keys[id], key)) {
          return id;
        }
      }
    }
  }

  private static boolean same(Object known, Object key) {
    if (known == key) {
      return true;
    }
    if (known instanceof Long number) {
      return key instanceof Long other && number.longValue() == other.longValue();
    }
    return known.equals(key);
  }

  /** Adds a key that is not there. */
  int add(Object key, int hash) {
    int id = end;
    if (freeCount > 0) {
      id = free[--freeCount];
      unshare();
    } else {
      end++;
    }
    if (id == keys.length) {
      int capacity = keys.length * 2;
      keys = Arrays.copyOf(keys, capacity);
      hashes = Arrays.copyOf(hashes, capacity);
      uses = Arrays.copyOf(uses, capacity);
      shared = false;
      rehash(capacity * 2);
    }
    keys[id] = codec.immutable() ? key : codec.copy(key);
    hashes[id] = hash;
    uses[id] = 0;
    place(slots, id, hash);
    return id;
  }

  private static void place(long[] table, int id, int hash) {
    int mask = table.length - 1;
    int i = hash & mask;
    while (table[i] != 0) {
      i = i + 1 & mask;
    }
    table[i] = (long) hash << 32 | id + 1;
  }

  private void rehash(int capacity) {
    long[] wider = new long[capacity];
    for (long slot : slots) {
      if (slot != 0) {
        place(wider, (int) slot - 1, (int) (slot >>> 32));
      }
    }
    slots = wider;
  }

  /** The key is in one more pane. */
  void use(int id) {
    uses[id]++;
  }

  /** The key is in one pane less; forgets it when that was the last. */
  void leave(int id) {
    if (--uses[id] <= 0) {
      remove(id);
    }
  }

  /** Forgets a key that is in no pane. */
  void leaveUnused(int id) {
    if (uses[id] == 0 && keys[id] != null) {
      remove(id);
    }
  }

  private void remove(int id) {
    int mask = slots.length - 1;
    int hole = hashes[id] & mask;
    while ((int) slots[hole] != id + 1) {
      hole = hole + 1 & mask;
    }
    for (int i = hole + 1 & mask; slots[i] != 0; i = i + 1 & mask) {
      int home = (int) (slots[i] >>> 32) & mask;
      if ((i - home & mask) >= (i - hole & mask)) {
        slots[hole] = slots[i];
        hole = i;
      }
    }
    slots[hole] = 0;
    unshare();
    keys[id] = null;
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, Math.max(CAPACITY_MIN, freeCount * 2));
    }
    free[freeCount++] = id;
  }

  private void unshare() {
    if (shared) {
      keys = keys.clone();
      hashes = hashes.clone();
      shared = false;
    }
  }

  /** Somebody holds on to keys and hashes: what is in them now may not be changed in place. */
  void share() {
    shared = true;
  }
}
