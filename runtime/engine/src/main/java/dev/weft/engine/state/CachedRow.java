package dev.weft.engine.state;

/** The row of a key in memory, of a store whose rows lie in a database. */
final class CachedRow {
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
