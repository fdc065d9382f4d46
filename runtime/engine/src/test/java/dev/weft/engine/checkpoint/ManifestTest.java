package dev.weft.engine.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.engine.protocol.CommittableBytes;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.SnapshotHandle;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static Manifest example() {
    KeyedSlice inFile =
        new KeyedSlice(
            0,
            new long[] {4, 10, 10, 22},
            2,
            new SnapshotHandle("hdfs:///c/1-7/w1", 100, 22, 0x1234, new byte[0]));
    KeyedSlice inline =
        new KeyedSlice(3, new long[] {0, 2}, 2, new SnapshotHandle("", 0, 2, 5, new byte[] {8, 9}));
    return new Manifest(
        "0123456789abcdef0123456789abcdef",
        3,
        7,
        2,
        true,
        1_700_000_000_000L,
        List.of(
            new Manifest.OperatorState(
                "count",
                128,
                List.of(
                    new OperatorSnapshot("count", List.of(inFile), List.of()),
                    new OperatorSnapshot("count", List.of(inline), List.of(new byte[] {1}))))),
        List.of(new Manifest.EnumeratorState("orders", 1, new byte[] {4, 5})),
        List.of(new CommittableBytes("sink", 7, 1, 2, 0, 1, new byte[] {6})),
        null);
  }

  @Test
  void theLastReleasesManifestIsStillRead() throws IOException {
    byte[] golden;
    try (InputStream in = getClass().getResourceAsStream("/golden/manifest-1.txt")) {
      golden = Base64.getMimeDecoder().decode(in.readAllBytes());
    }
    Manifest read = Manifest.CODEC.fromBytes(ChecksummedFile.open(golden, "golden"));
    assertArrayEquals(Manifest.CODEC.toBytes(example()), Manifest.CODEC.toBytes(read));
    assertEquals("count", read.operators().get(0).uid());
    assertEquals(Set.of("hdfs:///c/1-7/w1"), read.files());
  }

  @Test
  void filesBelowTheManifestAreNamedRelativeToItAndMoveWithIt() {
    Manifest relative = example().relativeTo("hdfs:///c/1-7");
    assertEquals(Set.of("w1"), relative.files());
    assertEquals(Set.of("/moved/here/w1"), relative.resolvedAgainst("/moved/here").files());
    assertEquals(Set.of("hdfs:///c/1-7/w1"), example().relativeTo("hdfs:///c/1-70").files());
    assertEquals(Set.of("hdfs:///c/1-7/w1"), example().resolvedAgainst("/other").files());
  }

  @Test
  void everyFlippedBitIsNoticed() {
    byte[] sealed = ChecksummedFile.seal(Manifest.CODEC.toBytes(example()));
    for (int i = 0; i < sealed.length; i++) {
      byte[] damaged = sealed.clone();
      damaged[i] ^= (byte) (1 << (i % 8));
      assertThrows(
          ChecksummedFile.DamagedException.class, () -> ChecksummedFile.open(damaged, "it"));
    }
  }

  @Test
  void everyCutIsNoticed() {
    byte[] sealed = ChecksummedFile.seal(Manifest.CODEC.toBytes(example()));
    for (int length = 0; length < sealed.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(sealed, length);
      assertThrows(ChecksummedFile.DamagedException.class, () -> ChecksummedFile.open(cut, "it"));
    }
  }
}
