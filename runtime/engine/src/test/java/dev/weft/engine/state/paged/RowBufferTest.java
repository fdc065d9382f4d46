package dev.weft.engine.state.paged;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowBufferTest {
  /** What a database would have, and the last hash that it was given. */
  private static final class Stored implements RowBuffer.Target {
    final Map<String, byte[]> rows = new HashMap<>();
    private final Map<String, byte[]> taken = new HashMap<>();
    int writes;

    @Override
    public void put(byte[] page, int nameAt, int nameLength, int valueAt, int valueLength) {
      writes++;
      byte[] value = Arrays.copyOfRange(page, valueAt, valueAt + valueLength);
      taken.put(new String(page, nameAt, nameLength), value);
    }

    @Override
    public void delete(byte[] page, int nameAt, int nameLength) {
      writes++;
      taken.put(new String(page, nameAt, nameLength), null);
    }

    @Override
    public void flush() {
      taken.forEach(
          (name, value) -> {
            if (value == null) {
              rows.remove(name);
            } else {
              rows.put(name, value);
            }
          });
      taken.clear();
    }
  }

  private static int hash(String name) {
    return name.hashCode() % 7 * 0x2000_0000; // many names of one hash
  }

  private static byte[] read(RowBuffer buffer, Stored stored, String name) {
    if (!buffer.find(hash(name), name.getBytes())) {
      byte[] value = stored.rows.get(name);
      assertFalse(buffer.complete() && value != null, name);
      if (value != null) {
        buffer.load(hash(name), name.getBytes(), value);
      }
      return value;
    }
    int length = buffer.valueLength();
    int at = buffer.valueAt();
    return length < 0 ? null : Arrays.copyOfRange(buffer.page(), at, at + length);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 2_000, 9_000, 40_000, 1 << 20})
  void holdsWhatItWasGivenInFrontOfADatabase(long bytesMax) {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      Stored stored = new Stored();
      RowBuffer buffer = new RowBuffer(bytesMax, stored);
      Map<String, byte[]> model = new HashMap<>();
      for (int step = 0; step < 5_000; step++) {
        String name = "n" + random.nextInt(200);
        switch (random.nextInt(20)) {
          case 0 -> {
            buffer.save();
            assertEquals(model.keySet(), stored.rows.keySet());
          }
          case 1, 2, 3 -> {
            buffer.remove(hash(name), name.getBytes());
            model.remove(name);
          }
          case 4, 5, 6, 7, 8, 9, 10 -> {
            byte[] value = new byte[random.nextInt(random.nextInt(50) == 0 ? 3_000 : 60)];
            random.nextBytes(value);
            byte[] room = Arrays.copyOf(value, value.length + 5);
            buffer.put(hash(name), name.getBytes(), room, value.length);
            model.put(name, value);
          }
          default -> assertArrayEquals(model.get(name), read(buffer, stored, name), name);
        }
      }
      buffer.save();
      assertEquals(model.keySet(), stored.rows.keySet());
      model.forEach((name, value) -> assertArrayEquals(value, stored.rows.get(name)));
    }
  }

  @Test
  void theDatabaseNeedNotBeAskedUntilARowHasGone() {
    Stored stored = new Stored();
    RowBuffer buffer = new RowBuffer(100_000, stored);
    int rows = 0;
    for (; buffer.complete(); rows++) {
      buffer.put(rows, ("row" + rows).getBytes(), new byte[50], 50);
    }
    assertTrue(rows > 500 && rows < 2_000, rows + " rows");
    buffer.save();
    assertEquals(rows, stored.rows.size());
    assertFalse(buffer.find(0, "row0".getBytes()), "the oldest row goes first");
    assertTrue(buffer.find(rows - 1, ("row" + (rows - 1)).getBytes()));
  }

  @Test
  void rowsInUseOutliveOlderOnes() {
    Stored stored = new Stored();
    RowBuffer buffer = new RowBuffer(100_000, stored);
    for (int i = 0; i < 5_000; i++) {
      buffer.put(i, ("row" + i).getBytes(), new byte[50], 50);
      assertTrue(buffer.find(0, "row0".getBytes()), "after " + i);
    }
  }

  @Test
  void aRowThatTheDatabaseNeverHadIsNotWritten() {
    Stored stored = new Stored();
    RowBuffer buffer = new RowBuffer(100_000, stored);
    buffer.put(1, "a".getBytes(), new byte[4], 4);
    buffer.remove(1, "a".getBytes());
    buffer.save();
    assertEquals(0, stored.writes);
  }
}
