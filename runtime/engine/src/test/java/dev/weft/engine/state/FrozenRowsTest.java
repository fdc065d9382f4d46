package dev.weft.engine.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.protocol.KeyGroups;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrozenRowsTest {
  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void aLargeGroupIsHandedOnInParts(long objectRowsMax) throws Exception {
    PagedRowsTest.Subject subject =
        new PagedRowsTest.Subject(new KeyGroups.Range(0, 2, 2), objectRowsMax, null);
    for (int key = 0; key < 20_000; key++) {
      subject.select(key);
      subject.sum.update((long) key);
    }
    FrozenState frozen = subject.freeze(1);
    ByteSink whole = new ByteSink(16);
    long[] offsets = frozen.write(whole);
    ByteSink parts = new ByteSink(16);
    ByteSink target = new ByteSink(16);
    target.writeInt(0); // what is there before does not count
    long[] sameOffsets =
        frozen.write(
            target,
            full -> {
              if (full.position() < 50_000) {
                return 0;
              }
              assertTrue(full.position() < 100_000, "waited until " + full.position());
              parts.write(full.array(), 0, full.position());
              long count = full.position();
              full.reset();
              return count;
            });
    parts.write(target.array(), 0, target.position());
    assertArrayEquals(offsets, sameOffsets);
    byte[] bytes = parts.toBytes();
    assertArrayEquals(whole.toBytes(), Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length));
    IOException full = new IOException("the disk is full");
    assertSame(
        full,
        assertThrows(
            IOException.class,
            () ->
                frozen.write(
                    new ByteSink(16),
                    sink -> {
                      if (sink.position() > 50_000) {
                        throw full;
                      }
                      return 0;
                    })));
  }
}
