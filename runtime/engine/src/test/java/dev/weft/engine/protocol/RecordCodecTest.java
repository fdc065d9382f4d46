package dev.weft.engine.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
  /** The records of an older version. */
  static final class Older {
    record Point(int x, int y) {}

    sealed interface Shape {}

    record Dot(Point at) implements Shape {}

    record Line(List<Point> points) implements Shape {}
  }

  /** The records of a newer version. */
  static final class Newer {
    record Point(int x, int y, @Nullable String label) {}

    sealed interface Shape {}

    record Circle(Point at, long radius) implements Shape {}

    record Line(List<Point> points) implements Shape {}

    record Dot(Point at) implements Shape {}
  }

  /** An incompatible version. */
  static final class Other {
    record Point(int x, int y, String label) {}
  }

  private final RecordCodec<Older.Shape> older = RecordCodec.of(Older.Shape.class);
  private final RecordCodec<Newer.Shape> newer = RecordCodec.of(Newer.Shape.class);

  @Test
  void newOptionalPartsAreNullWhereOldBytesLackThem() throws IOException {
    Older.Line line = new Older.Line(List.of(new Older.Point(1, 2), new Older.Point(3, 4)));
    Newer.Shape read = newer.fromBytes(older.toBytes(line));
    assertEquals(
        new Newer.Line(List.of(new Newer.Point(1, 2, null), new Newer.Point(3, 4, null))), read);
  }

  @Test
  void partsThatAnOldReaderDoesNotKnowAreSkipped() throws IOException {
    assertEquals(
        new Older.Dot(new Older.Point(1, 2)),
        older.fromBytes(newer.toBytes(new Newer.Dot(new Newer.Point(1, 2, "a")))));
  }

  @Test
  void aKindThatAnOldReaderDoesNotKnowIsRefusedByName() {
    byte[] bytes = newer.toBytes(new Newer.Circle(new Newer.Point(1, 2, null), 3));
    IOException e = assertThrows(IOException.class, () -> older.fromBytes(bytes));
    assertTrue(e.getMessage().contains("'Circle'"), e.getMessage());
  }

  @Test
  void aMissingRequiredPartIsRefused() {
    RecordCodec<Older.Point> from = RecordCodec.of(Older.Point.class);
    RecordCodec<Other.Point> to = RecordCodec.of(Other.Point.class);
    byte[] bytes = from.toBytes(new Older.Point(1, 2));
    IOException e = assertThrows(IOException.class, () -> to.fromBytes(bytes));
    assertTrue(e.getMessage().contains("label"), e.getMessage());
  }

  @Test
  void damagedHeadersAreRefused() {
    byte[] bytes = older.toBytes(new Older.Dot(new Older.Point(1, 2)));
    for (int i = 0; i < bytes.length; i++) {
      byte[] cut = java.util.Arrays.copyOf(bytes, i);
      assertThrows(IOException.class, () -> older.fromBytes(cut), "length " + i);
    }
  }
}
