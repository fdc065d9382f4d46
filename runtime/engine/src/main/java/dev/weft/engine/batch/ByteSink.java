package dev.weft.engine.batch;

import java.nio.ByteBuffer;

/** A growing array of bytes, big-endian, that codecs append to. Not thread-safe. */
public final class ByteSink {
  private static final int SIZE_MAX = Integer.MAX_VALUE - 16;
  private byte[] bytes;
  private int position;

  /** A sink that begins with room for so many bytes. */
  public ByteSink(int capacity) {
    this.bytes = new byte[Math.max(16, capacity)];
  }

  /** Bytes written. */
  public int position() {
    return position;
  }

  /** Forgets everything but the memory. */
  public void reset() {
    position = 0;
  }

  /** Makes room for so many more bytes and returns the array; write at {@link #position()}. */
  public byte[] reserve(int count) {
    if (bytes.length - position < count) {
      grow(count);
    }
    return bytes;
  }

  /** Moves on after writing into the reserved array. */
  public void advance(int count) {
    position += count;
  }

  private void grow(int count) {
    long needed = (long) position + count;
    if (needed > SIZE_MAX) {
      throw new dev.weft.api.error.WeftException(
          dev.weft.api.error.ErrorCode.DATA,
          "A batch or record of more than 2 GiB cannot be written (" + needed + " bytes)");
    }
    int capacity = (int) Math.min(SIZE_MAX, Math.max(needed, bytes.length * 2L));
    bytes = java.util.Arrays.copyOf(bytes, capacity);
  }

  /** Appends a byte. */
  public void writeByte(int value) {
    reserve(1)[position++] = (byte) value;
  }

  /** Appends four bytes. */
  public void writeInt(int value) {
    reserve(4);
    putInt(position, value);
    position += 4;
  }

  /** Appends eight bytes. */
  public void writeLong(long value) {
    writeInt((int) (value >>> 32));
    writeInt((int) value);
  }

  /** Appends an int of 0 or more in 1 to 5 bytes, seven bits each, lowest first. */
  public void writeVarInt(int value) {
    reserve(5);
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      bytes[position++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[position++] = (byte) rest;
  }

  /** Appends bytes. */
  public void write(byte[] source, int start, int length) {
    System.arraycopy(source, start, reserve(length), position, length);
    position += length;
  }

  /** Overwrites four bytes written before. */
  public void putInt(int offset, int value) {
    bytes[offset] = (byte) (value >>> 24);
    bytes[offset + 1] = (byte) (value >>> 16);
    bytes[offset + 2] = (byte) (value >>> 8);
    bytes[offset + 3] = (byte) value;
  }

  /** The array; {@link #position()} bytes of it are in use. */
  public byte[] array() {
    return bytes;
  }

  /** A copy of what was written. */
  public byte[] toBytes() {
    return java.util.Arrays.copyOf(bytes, position);
  }

  /** What was written, sharing memory with this sink. */
  public ByteBuffer asBuffer() {
    return ByteBuffer.wrap(bytes, 0, position);
  }

  /** Reads what {@link #writeVarInt} wrote. */
  public static int readVarInt(ByteBuffer source) {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      byte b = source.get();
      value |= (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new dev.weft.api.error.WeftException(
        dev.weft.api.error.ErrorCode.ENGINE, "A variable-length number has more than 5 bytes");
  }
}
