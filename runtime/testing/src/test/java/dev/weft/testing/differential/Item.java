package dev.weft.testing.differential;

/** The records of all streams of random programs. */
record Item(int key, long value, String text) {
  /** A key that is a record. */
  record Group(int number, String name) {}
}
