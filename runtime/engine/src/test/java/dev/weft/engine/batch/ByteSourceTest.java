package dev.weft.engine.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.WeftException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSourceTest {
  /** Gives an array in pieces of random lengths. */
  private static ByteSource.Feed pieces(byte[] bytes, int longest, Random random) {
    return new ByteSource.Feed() {
      private int next;

      @Override
      public int read(byte[] target, int start, int length) {
        int count = Math.min(length, 1 + random.nextInt(longest));
        System.arraycopy(bytes, next, target, start, count);
        next += count;
        return count;
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100_000})
  void whatComesInPiecesIsReadAsAnArrayIs(int longest) {
    Random random = new Random(longest);
    ByteSink sink = new ByteSink(16);
    long[] longs = random.longs(20_000).toArray();
    byte[] large = new byte[150_000];
    random.nextBytes(large);
    String text = "a text of ä, 汉 and 😀 ".repeat(5000);
    for (int round = 0; round < 3; round++) {
      sink.writeByte(round);
      sink.writeVarInt(1 << 7 * round);
      sink.writeLongs(longs, longs.length);
      sink.writeInt(round - 1);
      sink.write(large, 0, large.length);
      sink.writeString(text);
      sink.writeLong(Long.MIN_VALUE + round);
    }
    byte[] bytes = sink.toBytes();
    ByteSource source = new ByteSource(pieces(bytes, longest, random), bytes.length);
    for (int round = 0; round < 3; round++) {
      assertEquals(round, source.readByte());
      assertEquals(1 << 7 * round, source.readVarInt());
      long[] read = new long[longs.length];
      source.readLongs(read, read.length);
      assertArrayEquals(longs, read);
      assertEquals(round - 1, source.readInt());
      assertArrayEquals(large, source.readByteArray(large.length));
      assertEquals(text, source.readString());
      assertEquals(Long.MIN_VALUE + round, source.readLong());
    }
    assertEquals(0, source.remaining());
    WeftException none = assertThrows(WeftException.class, source::readByte);
    String end = "at position " + bytes.length + " of " + bytes.length;
    assertTrue(none.getMessage().contains(end), none.getMessage());
  }

  @Test
  void thereMayBeMoreThanAnIntCounts() {
    long length = 3L << 30;
    byte[] zeros = new byte[1 << 20];
    ByteSource source =
        new ByteSource(
            (target, start, count) -> {
              int taken = Math.min(count, zeros.length);
              System.arraycopy(zeros, 0, target, start, taken);
              return taken;
            },
            length);
    assertEquals(Integer.MAX_VALUE, source.remaining());
    assertThrows(WeftException.class, () -> source.take(Integer.MAX_VALUE));
    for (long read = 0; read < length; read += zeros.length) {
      assertEquals((int) Math.min(Integer.MAX_VALUE, length - read), source.remaining());
      source.take(zeros.length);
    }
    assertEquals(0, source.remaining());
  }
}
