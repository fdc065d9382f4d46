package dev.weft.engine.state;

import java.util.HashMap;
import java.util.Map;

/** What a row in memory knows of a map whose entries lie in a database. */
final class CachedMap {
  /** Rough memory of an entry beside its value, bytes. */
  static final int ENTRY_BYTES = 80;

  final Map<Object, Entry> entries = new HashMap<>();

  /** Whether the database may have entries. */
  boolean stored;

  CachedMap(boolean stored) {
    this.stored = stored;
  }

  /** An entry, or the fact that there is none. */
  static final class Entry {
    Object value;
    boolean removed;
    boolean dirty;

    Entry(Object value, boolean dirty) {
      this.value = value;
      this.dirty = dirty;
    }
  }
}
