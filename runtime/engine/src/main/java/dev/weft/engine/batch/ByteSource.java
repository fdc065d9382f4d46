package dev.weft.engine.batch;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads what a {@link ByteSink} wrote, from an array or as it comes from a {@link Feed}. Every
 * count is checked against the bytes that are left before memory is taken for it; what does not fit
 * is refused with code ENGINE. Not thread-safe.
 */
public final class ByteSource {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final long SIGNS = 0x8080_8080_8080_8080L;

  /** What is fetched ahead; single values may be larger, and no number is. */
  private static final int FETCH_BYTES = 64 * 1024;

  private byte[] bytes;
  private int position;
  private int limit;
  private Feed feed; // null when all bytes are in the array
  private long ahead; // bytes that the feed has yet to give
  private long dropped; // bytes that were read and made room for others
  private char[] chars = new char[0];

  /** Reads a range of an array. */
  public ByteSource(byte[] bytes, int start, int end) {
    reset(bytes, start, end);
  }

  /** Reads what remains of a buffer: in place on the heap, from a copy elsewhere. */
  public ByteSource(ByteBuffer buffer) {
    reset(buffer);
  }

  /** Reads so many bytes that a feed gives. */
  public ByteSource(Feed feed, long length) {
    this.bytes = new byte[(int) Math.min(length, FETCH_BYTES)];
    this.feed = feed;
    this.ahead = length;
  }

  /** Gives bytes in their order. */
  @FunctionalInterface
  public interface Feed {
    /** Writes the next bytes to a place in an array, at least one and at most so many. */
    int read(byte[] target, int start, int length);
  }

  void reset(ByteBuffer buffer) {
    if (buffer.hasArray()) {
      int start = buffer.arrayOffset() + buffer.position();
      reset(buffer.array(), start, start + buffer.remaining());
    } else {
      byte[] copy = new byte[buffer.remaining()];
      buffer.duplicate().get(copy);
      reset(copy, 0, copy.length);
    }
  }

  /** Goes on with a range of another array. */
  public void reset(byte[] array, int start, int end) {
    this.bytes = array;
    this.position = start;
    this.limit = end;
    this.feed = null;
    this.ahead = 0;
    this.dropped = 0;
  }

  /** The array that is read. */
  byte[] array() {
    return bytes;
  }

  /** Where in the array the next byte is; with a feed the next read may move it. */
  public int position() {
    return position;
  }

  /** Goes to another place in the array, which has all bytes. */
  public void position(int next) {
    if (next < 0 || next > limit) {
      throw damaged("position " + next + " lies outside");
    }
    position = next;
  }

  /** How many bytes are left; the greatest int stands for more. */
  public int remaining() {
    long left = limit - position + ahead;
    return left > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) left;
  }

  /** The failure for bytes that make no sense at this place. */
  public WeftException damaged(String what) {
    return new WeftException(
        ErrorCode.ENGINE,
        "The bytes of a batch or snapshot are damaged: "
            + what
            + " (at position "
            + (dropped + position)
            + " of "
            + (dropped + limit + ahead)
            + ")");
  }

  /**
   * Moves on by a count of bytes that must be there and returns where in the array they begin, up
   * to the next read.
   */
  public int take(long count) {
    if (count < 0 || count > limit - position) {
      fetch(count);
    }
    int start = position;
    position += (int) count;
    return start;
  }

  /** Brings so many bytes into the array. It stays the same for up to {@link #FETCH_BYTES}. */
  private void fetch(long count) {
    int left = limit - position;
    if (count < 0 || count > Math.min(left + ahead, ByteSink.SIZE_MAX)) {
      throw damaged(count + " more bytes are wanted where " + (left + ahead) + " are left");
    }
    byte[] target = count <= bytes.length ? bytes : new byte[(int) count];
    System.arraycopy(bytes, position, target, 0, left);
    bytes = target;
    dropped += position;
    position = 0;
    limit = left;
    while (limit < count) {
      int read = feed.read(bytes, limit, (int) Math.min(bytes.length - limit, ahead));
      limit += read;
      ahead -= read;
    }
  }

  /** Reads a byte as a number from 0 to 255. */
  public int readByte() {
    return bytes[take(1)] & 0xff;
  }

  /** Reads four bytes. */
  public int readInt() {
    return (int) INTS.get(bytes, take(4));
  }

  /** Reads eight bytes. */
  public long readLong() {
    return (long) LONGS.get(bytes, take(8));
  }

  /** Reads what {@link ByteSink#writeVarInt} wrote; 0 or more. */
  public int readVarInt() {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      byte b = bytes[take(1)];
      value |= (b & 0x7f) << shift;
      if (b >= 0) {
        if (value < 0) {
          throw damaged("a count is negative");
        }
        return value;
      }
    }
    throw damaged("a variable-length number has more than 5 bytes");
  }

  /** Reads longs of eight bytes each. */
  public void readLongs(long[] target, int count) {
    int at = take(count * 8L);
    for (int i = 0; i < count; i++, at += 8) {
      target[i] = (long) LONGS.get(bytes, at);
    }
  }

  /** Reads ints of four bytes each. */
  public void readInts(int[] target, int count) {
    int at = take(count * 4L);
    for (int i = 0; i < count; i++, at += 4) {
      target[i] = (int) INTS.get(bytes, at);
    }
  }

  /** Reads numbers of two bytes each, with sign. */
  public void readShorts(int[] target, int count) {
    int at = take(count * 2L);
    for (int i = 0; i < count; i++, at += 2) {
      target[i] = bytes[at] << 8 | bytes[at + 1] & 0xff;
    }
  }

  /** Reads numbers of one byte each, with sign. */
  public void readBytes(int[] target, int count) {
    int at = take(count);
    for (int i = 0; i < count; i++) {
      target[i] = bytes[at + i];
    }
  }

  /** Reads bits into ints that are 0 or 1. */
  public void readBits(int[] target, int count) {
    int at = take((count + 7) >>> 3);
    for (int i = 0; i < count; i++) {
      target[i] = bytes[at + (i >>> 3)] >>> (i & 7) & 1;
    }
  }

  /** Reads bytes. */
  public byte[] readByteArray(int count) {
    int at = take(count);
    return java.util.Arrays.copyOfRange(bytes, at, at + count);
  }

  /** Reads what {@link ByteSink#writeString} wrote. */
  public String readString() {
    int length = readVarInt();
    int start = take(length);
    return isAscii(start, length)
        ? new String(bytes, start, length, StandardCharsets.ISO_8859_1)
        : readWide(start, length);
  }

  private boolean isAscii(int start, int length) {
    int at = start;
    int end = start + length;
    for (; at + 8 <= end; at += 8) {
      if (((long) LONGS.get(bytes, at) & SIGNS) != 0) {
        return false;
      }
    }
    int signs = 0;
    for (; at < end; at++) {
      signs |= bytes[at];
    }
    return signs >= 0;
  }

  private String readWide(int start, int length) {
    if (chars.length < length) {
      chars = new char[length];
    }
    int count = 0;
    int end = start + length;
    for (int at = start; at < end; ) {
      int b = bytes[at++];
      if (b >= 0) {
        chars[count++] = (char) b;
      } else if ((b & 0xe0) == 0xc0) {
        chars[count++] = (char) ((b & 0x1f) << 6 | continuation(at++, end));
      } else if ((b & 0xf0) == 0xe0) {
        int middle = continuation(at++, end) << 6;
        chars[count++] = (char) ((b & 0x0f) << 12 | middle | continuation(at++, end));
      } else if ((b & 0xf8) == 0xf0) {
        int point = (b & 0x07) << 18 | continuation(at++, end) << 12;
        point |= continuation(at++, end) << 6;
        point |= continuation(at++, end);
        if (!Character.isSupplementaryCodePoint(point)) {
          throw damaged("text has a character outside of Unicode");
        }
        chars[count++] = Character.highSurrogate(point);
        chars[count++] = Character.lowSurrogate(point);
      } else {
        throw damaged("text is not UTF-8");
      }
    }
    return new String(chars, 0, count);
  }

  private int continuation(int at, int end) {
    if (at >= end || (bytes[at] & 0xc0) != 0x80) {
      throw damaged("text is not UTF-8");
    }
    return bytes[at] & 0x3f;
  }
}
