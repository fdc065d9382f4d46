package dev.weft.engine.state.panes;

import java.util.Arrays;

/**
 * Numbers for keys: small, dense, and given out again when a key is forgotten. Open addressing with
 * linear probing; a slot holds the key's hash and its number, so that a probe that does not match
 * touches nothing else. How keys are kept is up to the subclass.
 */
abstract sealed class KeyIndex permits ObjectKeyIndex, NumberKeyIndex {
  static final int CAPACITY_MIN = 64;

  /** So many rows are looked up at a time: what is loaded for them stays in the nearest cache. */
  static final int ROWS_AHEAD = 64;

  private long[] slots = new long[CAPACITY_MIN * 2];
  private int[] hashes = new int[CAPACITY_MIN];

  /** In how many panes each key is. */
  private int[] uses = new int[CAPACITY_MIN];

  private int[] free = new int[0];
  private int freeCount;
  private int end;
  private boolean shared;

  /** One more than the largest number in use. */
  final int end() {
    return end;
  }

  /** How many keys there are. */
  final int size() {
    return end - freeCount;
  }

  /** Finds the numbers of keys; those that are new get one. */
  abstract void findOrAdd(Object[] wanted, int[] wantedHashes, int[] ids, int size);

  /** The key of a number. */
  abstract Object key(int id);

  /** Whether a number is that of a key. */
  abstract boolean has(int id);

  /** Makes room for so many keys. */
  abstract void grow(int capacity);

  /** Copies what holds the keys. */
  abstract void copyKeys();

  /** Forgets the key of a number. */
  abstract void forget(int id);

  /** The present keys, for another thread; {@link #unshare} comes before any of them changes. */
  abstract Keys keys();

  /** Keys by their numbers. */
  interface Keys {
    /** Whether a number is that of a key. */
    boolean has(int id);

    /** The key of a number that has one. */
    Object key(int id);
  }

  /** How many keys there is room for. */
  final int capacity() {
    return hashes.length;
  }

  /** The hashes of the keys, by number. */
  final int[] hashes() {
    return hashes;
  }

  /** The first numbers whose keys have these hashes, or -1. */
  final void candidates(int[] wantedHashes, int[] ids, int begin, int to) {
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

  /** Where to look for a hash at first. */
  final int probe(int hash) {
    return hash & slots.length - 1;
  }

  /** Where to look next. */
  final int after(int probe) {
    return probe + 1 & slots.length - 1;
  }

  /** The number of the key at a probe when it has the hash; -1 for another hash, -2 for none. */
  final int at(int probe, int hash) {
    long slot = slots[probe];
    if (slot == 0) {
      return -2;
    }
    return (int) (slot >>> 32) == hash ? (int) slot - 1 : -1;
  }

  /** Takes a number for a key that is not there; the caller keeps the key. */
  final int take(int hash) {
    int id = end;
    if (freeCount > 0) {
      id = free[--freeCount];
      unshare();
    } else {
      end++;
    }
    if (id == hashes.length) {
      int capacity = hashes.length * 2;
      grow(capacity);
      hashes = Arrays.copyOf(hashes, capacity);
      uses = Arrays.copyOf(uses, capacity);
      shared = false;
      rehash(capacity * 2);
    }
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
  final void use(int id) {
    uses[id]++;
  }

  /** The key is in one pane less; forgets it when that was the last. */
  final void leave(int id) {
    if (--uses[id] <= 0) {
      remove(id);
    }
  }

  /** Forgets a key that is in no pane. */
  final void leaveUnused(int id) {
    if (uses[id] == 0 && has(id)) {
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
    forget(id);
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, Math.max(CAPACITY_MIN, freeCount * 2));
    }
    free[freeCount++] = id;
  }

  private void unshare() {
    if (shared) {
      copyKeys();
      hashes = hashes.clone();
      shared = false;
    }
  }

  /** Somebody holds on to keys and hashes: what is in them now may not be changed in place. */
  final void share() {
    shared = true;
  }
}
