package dev.weft.engine.state;

import dev.weft.engine.state.paged.Generation;
import java.util.Arrays;

/**
 * A small hash table with linear probing: part of a {@link KeyedTable}. Rows lie one behind the
 * other without gaps, a row as a key followed by its cells; slots hold the numbers of rows, so that
 * slots are small and a hit touches few cache lines. A row that is removed is replaced by the last.
 *
 * <p>A frozen state holds the arrays of the rows, not the segment: before an array that it may hold
 * is changed, {@link #own} replaces it by a copy.
 */
final class Segment {
  private static final int CAPACITY_MIN = 4;

  /** Rough memory of a row beside its references: key and value objects. */
  private static final int OBJECT_BYTES_PER_ROW = 64;

  /** In a slot, the number of a row plus one; zero is a free slot. */
  private static final int ROW_MASK = (1 << 20) - 1;

  /**
   * Left shift of a hash that puts bits which neither chose the key group nor choose the slot above
   * the number of the row: most other keys differ there.
   */
  private static final int TAG_SHIFT = 9;

  final int depth;
  private final Generation generation;
  private int stride;
  private int[] slots;
  private int[] hashes;
  Object[] cells;
  private int size;
  private int since;

  Segment(Generation generation, int stride, int depth, int capacity) {
    this.generation = generation;
    this.stride = stride;
    this.depth = depth;
    int slotCount = Math.max(CAPACITY_MIN, capacity);
    generation.reserve(bytes(slotCount, stride));
    slots = new int[slotCount];
    hashes = new int[rowsMax(slotCount)];
    cells = new Object[hashes.length * stride];
    since = generation.number();
  }

  private static int rowsMax(int capacity) {
    return (int) (capacity * 5L >>> 3);
  }

  private static long bytes(int capacity, int stride) {
    return capacity * 4L + rowsMax(capacity) * (4L + 4L * stride + OBJECT_BYTES_PER_ROW);
  }

  private static int tag(int hash) {
    return hash << TAG_SHIFT & ~ROW_MASK;
  }

  int size() {
    return size;
  }

  /** How many slots there are. */
  int capacity() {
    return slots.length;
  }

  int[] hashes() {
    return hashes;
  }

  boolean full() {
    return size >= hashes.length;
  }

  /** Where the row of a key begins in {@link #cells}, or -1. */
  int find(Object key, int hash) {
    int[] table = slots;
    int mask = table.length - 1;
    int tag = tag(hash);
    for (int i = hash & mask; table[i] != 0; i = i + 1 & mask) {
      int row = (table[i] ^ tag) - 1;
      if (row >>> 20 == 0) {
        int base = row * stride;
        Object found = cells[base];
        if (found == key || found.equals(key)) {
          return base;
        }
      }
    }
    return -1;
  }

  /** Loads what {@link #find} will most likely look at, and the object in the last cell. */
  int touch(int hash) {
    int slot = slots[hash & slots.length - 1];
    if ((slot & ROW_MASK) == 0) {
      return 0;
    }
    Object last = cells[(slot & ROW_MASK) * stride - 1];
    return last == null || last.getClass() == HeapState.Cell.class ? 1 : 0;
  }

  /** Makes the arrays of the rows this segment's own, to be changed. */
  void own() {
    if (since != generation.number()) {
      ownAnew();
    }
  }

  private void ownAnew() {
    if (generation.frozen()) {
      generation.reserveCopy(bytes(slots.length, stride));
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
    return base;
  }

  /** Takes a slot and the next row, and returns where it begins. */
  private int place(int hash) {
    int mask = slots.length - 1;
    int i = hash & mask;
    while (slots[i] != 0) {
      i = i + 1 & mask;
    }
    hashes[size] = hash;
    size++;
    slots[i] = tag(hash) | size;
    return (size - 1) * stride;
  }

  /** Adds a row of another segment's arrays. */
  private void move(int hash, Object[] source, int base) {
    System.arraycopy(source, base, cells, place(hash), stride);
  }

  /** Removes the row that begins here; the last row takes its place. */
  void remove(int base) {
    own();
    int row = base / stride;
    free(slotOf(row));
    int last = size - 1;
    if (row != last) {
      slots[slotOf(last)] = tag(hashes[last]) | row + 1;
      hashes[row] = hashes[last];
      System.arraycopy(cells, last * stride, cells, base, stride);
    }
    hashes[last] = 0;
    Arrays.fill(cells, last * stride, size * stride, null);
    size = last;
    if (size < slots.length >>> 3 && slots.length > CAPACITY_MIN) {
      resize(slots.length >>> 1);
    }
  }

  private int slotOf(int row) {
    int mask = slots.length - 1;
    int i = hashes[row] & mask;
    while ((slots[i] & ROW_MASK) != row + 1) {
      i = i + 1 & mask;
    }
    return i;
  }

  /** Frees a slot, and moves later ones of the run back, so that there are no tombstones. */
  private void free(int slot) {
    int mask = slots.length - 1;
    int hole = slot;
    for (int i = hole + 1 & mask; slots[i] != 0; i = i + 1 & mask) {
      int home = hashes[(slots[i] & ROW_MASK) - 1] & mask;
      if ((i - home & mask) >= (i - hole & mask)) {
        slots[hole] = slots[i];
        hole = i;
      }
    }
    slots[hole] = 0;
  }

  void resize(int capacity) {
    int before = slots.length;
    generation.reserve(bytes(capacity, stride));
    int rowsMax = rowsMax(capacity);
    slots = new int[capacity];
    hashes = Arrays.copyOf(hashes, rowsMax);
    cells = Arrays.copyOf(cells, rowsMax * stride);
    since = generation.number();
    int rows = size;
    for (size = 0; size < rows; ) {
      place(hashes[size]);
    }
    generation.release(bytes(before, stride));
  }

  /** Moves all rows to two others, chosen by a bit of the scattered hash. */
  void split(Segment zero, Segment one, int shift) {
    for (int row = 0; row < size; row++) {
      Segment target = (KeyedTable.scatter(hashes[row]) >>> shift & 1) == 0 ? zero : one;
      target.move(hashes[row], cells, row * stride);
    }
    generation.release(bytes(slots.length, stride));
  }

  /** Gives every row more cells. */
  void widen(int newStride) {
    Object[] wider = new Object[hashes.length * newStride];
    generation.reserve(bytes(slots.length, newStride) - bytes(slots.length, stride));
    for (int row = 0; row < size; row++) {
      System.arraycopy(cells, row * stride, wider, row * newStride, stride);
    }
    hashes = hashes.clone();
    cells = wider;
    stride = newStride;
    since = generation.number();
  }

  /** Drops all rows from the accounts. */
  void discard() {
    generation.release(bytes(slots.length, stride));
  }
}
