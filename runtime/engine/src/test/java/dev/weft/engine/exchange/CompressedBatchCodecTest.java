package dev.weft.engine.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.TaskManagerOptions.Compression;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.BatchCodec;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ObjectBatch;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressedBatchCodecTest {
  private static final TypeInformation<?> TEXT = TypeInformation.of(String.class);

  private static BatchCodec codec(Compression compression) {
    return CompressedBatchCodec.of(BatchCodec.of(TEXT), compression);
  }

  private static ObjectBatch batch(String... values) {
    return new ObjectBatch(values, null, null, values.length);
  }

  private static byte[] encoded(Compression compression, ObjectBatch batch) {
    ByteSink sink = new ByteSink(16);
    sink.writeByte(7); // whatever stands before
    codec(compression).encode(batch, sink);
    return sink.toBytes();
  }

  private static Object[] decoded(Compression compression, byte[] bytes) {
    ByteBuffer source = ByteBuffer.wrap(bytes).position(1).slice();
    ObjectBatch batch = codec(compression).decode(source);
    assertEquals(0, source.remaining());
    return java.util.Arrays.copyOf(batch.values(), batch.size());
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void batchesComeBackAsTheyWere(Compression compression) {
    String[] values = {"", "a", "a".repeat(100_000), "\u00e4\ud83d\ude00"};
    assertArrayEquals(values, decoded(compression, encoded(compression, batch(values))));
  }

  @ParameterizedTest
  @EnumSource(value = Compression.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void whatRepeatsBecomesSmallerAndNoiseHardlyLarger(Compression compression) {
    ObjectBatch dull = batch("weft ".repeat(10_000));
    assertTrue(encoded(compression, dull).length < encoded(Compression.NONE, dull).length / 10);
    byte[] bytes = new byte[1000];
    new Random(1).nextBytes(bytes);
    StringBuilder noise = new StringBuilder();
    for (byte b : bytes) {
      noise.append((char) (b & 0x7f));
    }
    for (String text : new String[] {noise.toString(), "x", ""}) {
      int plain = encoded(Compression.NONE, batch(text)).length;
      byte[] packed = encoded(compression, batch(text));
      assertTrue(packed.length <= plain + Integer.BYTES);
      assertArrayEquals(new Object[] {text}, decoded(compression, packed));
    }
  }

  @ParameterizedTest
  @EnumSource(value = Compression.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void damageIsRefused(Compression compression) {
    byte[] good = encoded(compression, batch("weft ".repeat(1000)));
    for (int at = 1; at < good.length; at++) {
      byte[] cut = java.util.Arrays.copyOf(good, at);
      WeftException e = assertThrows(WeftException.class, () -> decoded(compression, cut));
      assertEquals(ErrorCode.ENGINE, e.code());
    }
    byte[] huge = good.clone();
    huge[1] = 0x7f;
    assertThrows(WeftException.class, () -> decoded(compression, huge));
    byte[] shorter = good.clone();
    shorter[4]--;
    assertThrows(WeftException.class, () -> decoded(compression, shorter));
  }
}
