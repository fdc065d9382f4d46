package dev.weft.engine.spill;

import java.util.Arrays;

/**
 * Rows in order: by key hash (unsigned, so that key groups follow each other), then the bytes of
 * the key, then the timestamp, then arrival. A row lies in an array of bytes that holds until the
 * next call: hash and timestamp, the lengths of key and value, key, value.
 */
abstract class RowCursor implements AutoCloseable {
  static final int HEADER_BYTES = 20;
  static final int TIMESTAMP_AT = 4;
  static final int KEY_LENGTH_AT = 12;
  static final int VALUE_LENGTH_AT = 16;

  /** Where the present row lies. */
  byte[] bytes;

  /** Its first byte. */
  int start;

  /** Moves to the next row; false at the end. */
  abstract boolean next();

  @Override
  public void close() {}

  final int hash() {
    return RowBytes.intAt(bytes, start);
  }

  final long timestamp() {
    return RowBytes.longAt(bytes, start + TIMESTAMP_AT);
  }

  final int keyStart() {
    return start + HEADER_BYTES;
  }

  final int keyLength() {
    return RowBytes.intAt(bytes, start + KEY_LENGTH_AT);
  }

  final int valueStart() {
    return keyStart() + keyLength();
  }

  final int valueLength() {
    return RowBytes.intAt(bytes, start + VALUE_LENGTH_AT);
  }

  final int length() {
    return HEADER_BYTES + keyLength() + valueLength();
  }

  /** The order of the present rows of two cursors. */
  final int compareTo(RowCursor other) {
    return RowBytes.compare(bytes, start, other.bytes, other.start);
  }

  /** Whether the key of the present row is the given one. */
  final boolean hasKey(int hash, byte[] key, int keyLength) {
    return hash() == hash
        && Arrays.equals(bytes, keyStart(), keyStart() + keyLength(), key, 0, keyLength);
  }
}
