package dev.weft.engine.state;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The rows of a database that are in memory, by key: a hash table with linear probing. What was not
 * used for a while goes first (the clock algorithm of Corbató, 1968).
 */
final class RowCache {
  private static final int CAPACITY_MIN = 64;

  private CachedRow[] slots = new CachedRow[CAPACITY_MIN];
  private int size;
  private int hand;
  private long bytes;

  private static int scatter(int hash) {
    return hash * 0x9e37_79b9;
  }

  private int home(int hash) {
    return scatter(hash) >>> Integer.numberOfLeadingZeros(slots.length - 1);
  }

  /** The row of a key, or null. */
  CachedRow find(Object key, int hash) {
    CachedRow[] table = slots;
    int mask = table.length - 1;
    for (int i = home(hash); ; i = i + 1 & mask) {
      CachedRow row = table[i];
      if (row == null || row.hash == hash && row.key.equals(key)) {
        return row;
      }
    }
  }

  /** Adds a row for a key that is not there. */
  void add(CachedRow row) {
    if (size >= slots.length >>> 1) {
      grow();
    }
    place(row);
    size++;
    bytes += row.bytes;
  }

  /** A row takes another amount of memory than before. */
  void resized(CachedRow row, int newBytes) {
    bytes += newBytes - row.bytes;
    row.bytes = newBytes;
  }

  /** Rough memory of all rows, bytes. */
  long bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  private void place(CachedRow row) {
    int mask = slots.length - 1;
    int i = home(row.hash);
    while (slots[i] != null) {
      i = i + 1 & mask;
    }
    slots[i] = row;
  }

  private void grow() {
    CachedRow[] old = slots;
    slots = new CachedRow[old.length * 2];
    hand = 0;
    for (CachedRow row : old) {
      if (row != null) {
        place(row);
      }
    }
  }

  /** Takes rows out until those that stay use no more than the given memory. */
  List<CachedRow> evict(long bytesMax) {
    List<CachedRow> evicted = new ArrayList<>();
    while (bytes > bytesMax && size > 0) {
      CachedRow row = slots[hand];
      if (row == null) {
        hand = hand + 1 & slots.length - 1;
      } else if (row.used) {
        row.used = false;
        hand = hand + 1 & slots.length - 1;
      } else {
        evicted.add(row);
        removeAt(hand);
        size--;
        bytes -= row.bytes;
      }
    }
    return evicted;
  }

  private void removeAt(int slot) {
    int mask = slots.length - 1;
    int hole = slot;
    for (int i = hole + 1 & mask; slots[i] != null; i = i + 1 & mask) {
      int home = home(slots[i].hash);
      if ((i - home & mask) >= (i - hole & mask)) {
        slots[hole] = slots[i];
        hole = i;
      }
    }
    slots[hole] = null;
  }

  /** Each row once. */
  void forEach(Consumer<CachedRow> action) {
    for (CachedRow row : slots) {
      if (row != null) {
        action.accept(row);
      }
    }
  }

  /** Forgets all rows. */
  void clear() {
    slots = new CachedRow[CAPACITY_MIN];
    size = 0;
    hand = 0;
    bytes = 0;
  }

  /** The row of a key in memory, of a store whose rows lie in a database. */
  static final class CachedRow {
    final Object key;
    final int hash;

    /** The row's name in the database. */
    final byte[] name;

    /** What each column holds; the first is the key. */
    Object[] cells;

    /** Whether the database has a row that this one replaces. */
    boolean stored;

    /** Whether the database does not know what is here. */
    boolean dirty;

    /** Whether the row was used since the eviction passed it last. */
    boolean used = true;

    /** Rough memory, bytes. */
    int bytes;

    CachedRow(Object key, int hash, byte[] name, int stride) {
      this.key = key;
      this.hash = hash;
      this.name = name;
      this.cells = new Object[stride];
      this.cells[0] = key;
    }

    /** Whether no column holds anything. */
    boolean isEmpty() {
      for (int i = cells.length - 1; i > 0; i--) {
        if (cells[i] != null) {
          return false;
        }
      }
      return true;
    }
  }
}
