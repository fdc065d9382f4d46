package dev.weft.engine.state;

import dev.weft.engine.state.paged.Generation;

/**
 * A small hash table with linear probing: part of a {@link KeyedTable}. A row is a key followed by
 * its cells, all in one array, so that a hit touches few cache lines. Rows are removed by moving
 * later ones of the run back, so there are no tombstones.
 *
 * <p>A frozen state holds the arrays, not the segment: before an array that it may hold is changed,
 * {@link #own} replaces it by a copy.
 */
final class Segment {
  private static final int CAPACITY_MIN = 4;

  /** Rough memory of a slot beside its references: key and value objects where it is in use. */
  private static final int OBJECT_BYTES_PER_SLOT = 40;

  final int depth;
  private final Generation generation;
  private int stride;
  private int[] hashes;
  Object[] cells;
  private int size;
  private int since;

  Segment(Generation generation, int stride, int depth, int capacity) {
    this.generation = generation;
    this.stride = stride;
    this.depth = depth;
    allocate(Math.max(CAPACITY_MIN, capacity));
  }

  private void allocate(int capacity) {
    generation.reserve(bytes(capacity, stride));
    hashes = new int[capacity];
    cells = new Object[capacity * stride];
    since = generation.number();
  }

  private static long bytes(int capacity, int stride) {
    return capacity * (4L + 4L * stride + OBJECT_BYTES_PER_SLOT);
  }

  int size() {
    return size;
  }

  int capacity() {
    return hashes.length;
  }

  int[] hashes() {
    return hashes;
  }

  boolean full() {
    return size >= hashes.length * 5L >>> 3;
  }

  /** Where the row of a key begins in {@link #cells}, or -1. */
  int find(Object key, int hash) {
    int[] table = hashes;
    int mask = table.length - 1;
    for (int i = hash & mask; ; i = i + 1 & mask) {
      if (table[i] == hash) {
        Object found = cells[i * stride];
        if (found == null) {
          return -1;
        }
        if (found == key || found.equals(key)) {
          return i * stride;
        }
      } else if (table[i] == 0 && cells[i * stride] == null) {
        return -1;
      }
    }
  }

  /** Loads what {@link #find} will most likely look at, and the object in the first cell. */
  int touch(int hash) {
    int slot = hash & hashes.length - 1;
    Object[] row = cells;
    Object first = row[slot * stride + stride - 1];
    return hashes[slot] + (first == null || first.getClass() == Cell.class ? 1 : 0);
  }

  /** Makes the arrays this segment's own, to be changed. */
  void own() {
    if (since != generation.number()) {
      ownAnew();
    }
  }

  private void ownAnew() {
    if (generation.frozen()) {
      generation.reserveCopy(bytes(hashes.length, stride));
      hashes = hashes.clone();
      cells = cells.clone();
    }
    since = generation.number();
  }

  /** Adds a row for a key that is not there; there must be room. Returns where it begins. */
  int add(Object key, int hash) {
    own();
    int base = place(hash);
    cells[base] = key;
    size++;
    return base;
  }

  private int place(int hash) {
    int mask = hashes.length - 1;
    int i = hash & mask;
    while (cells[i * stride] != null) {
      i = i + 1 & mask;
    }
    hashes[i] = hash;
    return i * stride;
  }

  /** Adds a row of another segment's arrays. */
  private void move(int hash, Object[] source, int base) {
    System.arraycopy(source, base, cells, place(hash), stride);
    size++;
  }

  /** Removes the row that begins here. Other rows may move. */
  void remove(int base) {
    own();
    int mask = hashes.length - 1;
    int hole = base / stride;
    for (int i = hole + 1 & mask; cells[i * stride] != null; i = i + 1 & mask) {
      int home = hashes[i] & mask;
      if ((i - home & mask) >= (i - hole & mask)) {
        hashes[hole] = hashes[i];
        System.arraycopy(cells, i * stride, cells, hole * stride, stride);
        hole = i;
      }
    }
    hashes[hole] = 0;
    java.util.Arrays.fill(cells, hole * stride, (hole + 1) * stride, null);
    size--;
    if (size < hashes.length >>> 3 && hashes.length > CAPACITY_MIN) {
      resize(hashes.length >>> 1);
    }
  }

  void resize(int capacity) {
    int[] oldHashes = hashes;
    Object[] oldCells = cells;
    allocate(capacity);
    size = 0;
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldCells[i * stride] != null) {
        move(oldHashes[i], oldCells, i * stride);
      }
    }
    generation.release(bytes(oldHashes.length, stride));
  }

  /** Moves all rows to two others, chosen by a bit of the scattered hash. */
  void split(Segment zero, Segment one, int shift) {
    for (int i = 0; i < hashes.length; i++) {
      if (cells[i * stride] != null) {
        Segment target = (KeyedTable.scatter(hashes[i]) >>> shift & 1) == 0 ? zero : one;
        target.move(hashes[i], cells, i * stride);
      }
    }
    generation.release(bytes(hashes.length, stride));
  }

  /** Gives every row more cells. */
  void widen(int newStride) {
    Object[] wider = new Object[hashes.length * newStride];
    generation.reserve(bytes(hashes.length, newStride) - bytes(hashes.length, stride));
    for (int i = 0; i < hashes.length; i++) {
      System.arraycopy(cells, i * stride, wider, i * newStride, stride);
    }
    hashes = hashes.clone();
    cells = wider;
    stride = newStride;
    since = generation.number();
  }

  /** Drops all rows from the accounts. */
  void discard() {
    generation.release(bytes(hashes.length, stride));
  }
}
