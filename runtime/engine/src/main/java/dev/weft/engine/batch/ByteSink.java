package dev.weft.engine.batch;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing array of bytes, big-endian, that codecs append to. Not thread-safe. */
public final class ByteSink {
  static final int SIZE_MAX = Integer.MAX_VALUE - 16;
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

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
      throw new WeftException(
          ErrorCode.DATA,
          "A batch or record of more than 2 GiB cannot be written (" + needed + " bytes)");
    }
    bytes = Arrays.copyOf(bytes, (int) Math.min(SIZE_MAX, Math.max(needed, bytes.length * 2L)));
  }

  /** Appends a byte. */
  public void writeByte(int value) {
    reserve(1)[position++] = (byte) value;
  }

  /** Appends four bytes. */
  public void writeInt(int value) {
    INTS.set(reserve(4), position, value);
    position += 4;
  }

  /** Appends eight bytes. */
  public void writeLong(long value) {
    LONGS.set(reserve(8), position, value);
    position += 8;
  }

  /** Appends an int of 0 or more in 1 to 5 bytes, seven bits each, lowest first. */
  public void writeVarInt(int value) {
    byte[] target = reserve(5);
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      target[position++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    target[position++] = (byte) rest;
  }

  /** Appends bytes. */
  public void write(byte[] source, int start, int length) {
    System.arraycopy(source, start, reserve(length), position, length);
    position += length;
  }

  /** Appends longs of eight bytes each. */
  public void writeLongs(long[] source, int count) {
    byte[] target = reserve(bytesOf(count, 8));
    int at = position;
    for (int i = 0; i < count; i++, at += 8) {
      LONGS.set(target, at, source[i]);
    }
    position = at;
  }

  /** Appends ints of four bytes each. */
  public void writeInts(int[] source, int count) {
    byte[] target = reserve(bytesOf(count, 4));
    int at = position;
    for (int i = 0; i < count; i++, at += 4) {
      INTS.set(target, at, source[i]);
    }
    position = at;
  }

  /** Appends the lower two bytes of each int. */
  public void writeShorts(int[] source, int count) {
    byte[] target = reserve(bytesOf(count, 2));
    int at = position;
    for (int i = 0; i < count; i++, at += 2) {
      target[at] = (byte) (source[i] >>> 8);
      target[at + 1] = (byte) source[i];
    }
    position = at;
  }

  /** Appends the lowest byte of each int. */
  public void writeBytes(int[] source, int count) {
    byte[] target = reserve(count);
    for (int i = 0; i < count; i++) {
      target[position + i] = (byte) source[i];
    }
    position += count;
  }

  /** Appends the lowest bit of each int, eight to a byte, lowest first. */
  public void writeBits(int[] source, int count) {
    int length = (count + 7) >>> 3;
    byte[] target = reserve(length);
    Arrays.fill(target, position, position + length, (byte) 0);
    for (int i = 0; i < count; i++) {
      target[position + (i >>> 3)] |= (byte) ((source[i] & 1) << (i & 7));
    }
    position += length;
  }

  /**
   * Appends text: the number of bytes, then UTF-8. A surrogate without its partner, which UTF-8
   * proper has no place for, becomes three bytes, so that every Java string comes back unchanged.
   */
  public void writeString(String text) {
    int length = text.length();
    int start = position;
    reserve(bytesOf(length, 1) + 5);
    writeVarInt(length);
    byte[] target = bytes;
    int at = position;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        position = start;
        writeWide(text);
        return;
      }
      target[at + i] = (byte) c;
    }
    position = at + length;
  }

  private void writeWide(String text) {
    long length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      length += c < 0x80 ? 1 : c < 0x800 ? 2 : isPair(text, i) ? 1 : 3;
    }
    reserve(bytesOf(length, 1));
    writeVarInt((int) length);
    byte[] target = reserve((int) length);
    int at = position;
    for (int i = 0; i < text.length(); i++) {
      int c = text.charAt(i);
      if (c < 0x80) {
        target[at++] = (byte) c;
      } else if (c < 0x800) {
        target[at++] = (byte) (0xc0 | c >>> 6);
        target[at++] = (byte) (0x80 | c & 0x3f);
      } else if (isPair(text, i)) {
        int point = Character.toCodePoint((char) c, text.charAt(++i));
        target[at++] = (byte) (0xf0 | point >>> 18);
        target[at++] = (byte) (0x80 | point >>> 12 & 0x3f);
        target[at++] = (byte) (0x80 | point >>> 6 & 0x3f);
        target[at++] = (byte) (0x80 | point & 0x3f);
      } else {
        target[at++] = (byte) (0xe0 | c >>> 12);
        target[at++] = (byte) (0x80 | c >>> 6 & 0x3f);
        target[at++] = (byte) (0x80 | c & 0x3f);
      }
    }
    position = at;
  }

  private static boolean isPair(String text, int at) {
    return Character.isHighSurrogate(text.charAt(at))
        && at + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(at + 1));
  }

  private int bytesOf(long count, int width) {
    long needed = count * width;
    if (needed > SIZE_MAX) {
      grow(Integer.MAX_VALUE);
    }
    return (int) needed;
  }

  /** Overwrites four bytes written before. */
  public void putInt(int offset, int value) {
    INTS.set(bytes, offset, value);
  }

  /** The array; {@link #position()} bytes of it are in use. */
  public byte[] array() {
    return bytes;
  }

  /** A copy of what was written. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, position);
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
    throw new WeftException(ErrorCode.ENGINE, "A variable-length number has more than 5 bytes");
  }
}
