package dev.weft.engine.server.rocks;

import dev.weft.engine.batch.ByteSink;

/**
 * Changes in the form in which RocksDB keeps a batch of them (a sequence number of eight bytes, how
 * many there are in four, lowest byte first, and the changes), so that it takes one call to hand
 * them over instead of one for each.
 */
final class BatchBytes {
  private static final int COUNT_AT = 8;
  private static final int DELETION = 0x0;
  private static final int VALUE = 0x1;
  private static final int FAMILY_DELETION = 0x4;
  private static final int FAMILY_VALUE = 0x5;
  private static final int FAMILY_RANGE_DELETION = 0xe;
  private static final int RANGE_DELETION = 0xf;

  private final ByteSink sink = new ByteSink(1 << 12);
  private int count;

  BatchBytes() {
    reset();
  }

  private void reset() {
    count = 0;
    sink.reset();
    sink.writeLong(0);
    sink.writeInt(0);
  }

  /** How many changes there are. */
  int count() {
    return count;
  }

  /** How large the batch is. */
  int bytes() {
    return sink.position();
  }

  private void begin(int family, int kind, int kindInFamily) {
    count++;
    if (family == 0) {
      sink.writeByte(kind);
    } else {
      sink.writeByte(kindInFamily);
      sink.writeVarInt(family);
    }
  }

  private void part(byte[] bytes, int at, int length) {
    sink.writeVarInt(length);
    sink.write(bytes, at, length);
  }

  /** A key gets a value. */
  void put(
      int family,
      byte[] key,
      int keyAt,
      int keyLength,
      byte[] value,
      int valueAt,
      int valueLength) {
    begin(family, VALUE, FAMILY_VALUE);
    part(key, keyAt, keyLength);
    part(value, valueAt, valueLength);
  }

  /** A key has no value any more. */
  void delete(int family, byte[] key, int keyAt, int keyLength) {
    begin(family, DELETION, FAMILY_DELETION);
    part(key, keyAt, keyLength);
  }

  /** The keys from one up to but without another have no values any more. */
  void deleteRange(int family, byte[] first, byte[] end) {
    begin(family, RANGE_DELETION, FAMILY_RANGE_DELETION);
    part(first, 0, first.length);
    part(end, 0, end.length);
  }

  /** The batch, and begins the next. */
  byte[] take() {
    sink.putInt(COUNT_AT, Integer.reverseBytes(count));
    byte[] bytes = sink.toBytes();
    reset();
    return bytes;
  }
}
