package dev.weft.engine.state.paged;

/**
 * The form of a {@link RowLog}'s index: a hash table with linear probing and a power of two of
 * slots. An entry has a hash in its upper half and an address plus one in its lower half; a free
 * slot is zero.
 */
final class LogIndex {
  private LogIndex() {}

  /** Adds an entry; there must be a free slot. */
  static void place(long[] index, long entry) {
    int mask = index.length - 1;
    int slot = (int) (entry >>> 32) & mask;
    while (index[slot] != 0) {
      slot = slot + 1 & mask;
    }
    index[slot] = entry;
  }

  /** The slot of an entry, or -1. */
  static int slotOf(long[] index, long entry) {
    int mask = index.length - 1;
    for (int slot = (int) (entry >>> 32) & mask; index[slot] != 0; slot = slot + 1 & mask) {
      if (index[slot] == entry) {
        return slot;
      }
    }
    return -1;
  }

  /** Frees a slot, and moves later entries of the run back, so that there are no tombstones. */
  static void free(long[] index, int slot) {
    int mask = index.length - 1;
    int hole = slot;
    for (int i = hole + 1 & mask; index[i] != 0; i = i + 1 & mask) {
      int home = (int) (index[i] >>> 32) & mask;
      if ((i - home & mask) >= (i - hole & mask)) {
        index[hole] = index[i];
        hole = i;
      }
    }
    index[hole] = 0;
  }
}
