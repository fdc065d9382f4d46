package dev.weft.engine.spill;

import dev.weft.engine.batch.ValueCodec;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Sorted rows one after another, with the places where a key begins. Used by one thread. */
public final class SortedRows implements AutoCloseable {
  private final RowCursor cursor;
  private final ValueCodec keyCodec;
  private final ValueCodec valueCodec;
  private byte[] key = new byte[64];
  private int keyLength = -1;
  private int hash;
  private boolean first;
  private byte[] wrapped;
  private ByteBuffer buffer;

  SortedRows(RowCursor cursor, ValueCodec keyCodec, ValueCodec valueCodec) {
    this.cursor = cursor;
    this.keyCodec = keyCodec;
    this.valueCodec = valueCodec;
  }

  /** Moves to the next row; false at the end. */
  public boolean next() {
    if (!cursor.next()) {
      return false;
    }
    first = keyLength < 0 || !cursor.hasKey(hash, key, keyLength);
    if (first) {
      hash = cursor.hash();
      keyLength = cursor.keyLength();
      if (key.length < keyLength) {
        key = new byte[keyLength * 2];
      }
      System.arraycopy(cursor.bytes, cursor.keyStart(), key, 0, keyLength);
    }
    return true;
  }

  /** Whether the present row is the first of its key. */
  public boolean firstOfKey() {
    return first;
  }

  /** Whether the present row is in front of that of other rows with keys of the same type. */
  public boolean isBefore(SortedRows other) {
    return cursor.compareTo(other.cursor) < 0;
  }

  /** Whether the present row has the same key as that of other rows with keys of the same type. */
  public boolean hasKeyOf(SortedRows other) {
    return cursor.hasKey(other.hash, other.key, other.keyLength);
  }

  /** The key of the present row. */
  public Object key() {
    return keyCodec.read(ByteBuffer.wrap(Arrays.copyOf(key, keyLength)));
  }

  /** The key's stable hash. */
  public int hash() {
    return hash;
  }

  /** The event time of the present row in milliseconds, or ObjectBatch.NO_TIMESTAMP. */
  public long timestamp() {
    return cursor.timestamp();
  }

  /** The record of the present row. */
  public Object value() {
    if (wrapped != cursor.bytes) {
      wrapped = cursor.bytes;
      buffer = ByteBuffer.wrap(wrapped);
    }
    int start = cursor.valueStart();
    buffer.limit(start + cursor.valueLength()).position(start);
    return valueCodec.read(buffer);
  }

  /** Lets go of the files that are being read. */
  @Override
  public void close() {
    cursor.close();
  }
}
