package dev.weft.engine.spill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.server.host.LocalFileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowSorterTest {
  private static final TypeInformation<String> TEXT = TypeInformation.of(String.class);
  private static final KeyHasher HASHER = KeyHasher.of(TEXT);

  private final LocalFileStore files = new LocalFileStore();
  private String directory;

  record Row(String key, int hash, long timestamp, String value) {}

  @BeforeEach
  void makeDirectory() throws IOException {
    Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
    directory = Files.createTempDirectory(target, "spill-").toString();
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertEquals(List.of(), files.list(directory));
    files.delete(directory);
  }

  private RowSorter sorter(MemoryPool pool) {
    return new RowSorter(TEXT, TEXT, pool, files, directory + "/rows");
  }

  /** The order that is promised, by a plain sort. */
  private static List<Row> sorted(List<Row> rows) {
    List<Row> sorted = new ArrayList<>(rows);
    sorted.sort(
        Comparator.comparingLong((Row row) -> Integer.toUnsignedLong(row.hash))
            .thenComparing(row -> row.key.length())
            .thenComparing(row -> row.key)
            .thenComparingLong(row -> row.timestamp));
    return sorted;
  }

  private static void assertSame(List<Row> expected, List<Row> rows) {
    assertEquals(expected.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      assertEquals(expected.get(i), rows.get(i), "row " + i);
    }
  }

  private static List<Row> read(RowSorter sorter) {
    List<Row> rows = new ArrayList<>();
    try (SortedRows sorted = sorter.sorted()) {
      while (sorted.next()) {
        Row row =
            new Row(
                (String) sorted.key(), sorted.hash(), sorted.timestamp(), (String) sorted.value());
        boolean first = rows.isEmpty() || !rows.get(rows.size() - 1).key.equals(row.key);
        assertEquals(first, sorted.firstOfKey(), "first of its key: " + row);
        rows.add(row);
      }
    }
    return rows;
  }

  private static List<Row> random(long seed, int count, int keys, boolean oneHash) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String key = "key" + random.nextInt(keys);
      int hash = oneHash ? -7 : HASHER.hash(key);
      rows.add(new Row(key, hash, random.nextInt(3) * 10L, "v" + i + "x".repeat(i % 50)));
    }
    return rows;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 10, false, 1048576",
    "2, 5000, 300, false, 16777216",
    "3, 30000, 1000, false, 262144",
    "4, 30000, 3, false, 262144",
    "5, 5000, 40, true, 262144",
    "6, 60000, 60000, false, 200000"
  })
  void rowsComeBackInOrder(long seed, int count, int keys, boolean oneHash, long memory) {
    MemoryPool pool = MemoryPool.root("test", memory);
    List<Row> rows = random(seed, count, keys, oneHash);
    try (RowSorter sorter = sorter(pool.child("sort", MemoryPool.UNLIMITED))) {
      rows.forEach(row -> sorter.add(row.key, row.hash, row.value, row.timestamp));
      assertEquals(memory < 1 << 20, sorter.spilledBytes() > 0);
      assertSame(sorted(rows), read(sorter));
    }
    assertEquals(0, pool.reserved());
  }

  @Test
  void runsThatAreTooManyAreMergedInSteps() {
    MemoryPool pool = MemoryPool.root("test", 150_000);
    List<Row> rows = random(9, 60_000, 500, false);
    try (RowSorter sorter = sorter(pool.child("sort", MemoryPool.UNLIMITED))) {
      rows.forEach(row -> sorter.add(row.key, row.hash, row.value, row.timestamp));
      long once = sorter.spilledBytes();
      assertSame(sorted(rows), read(sorter));
      assertTrue(sorter.spilledBytes() > once * 3 / 2, "runs were merged on the way");
    }
  }

  @Test
  void aRowLargerThanAPageIsSortedToo() {
    MemoryPool pool = MemoryPool.root("test", 400_000);
    List<Row> rows = random(11, 2000, 10, false);
    rows.add(777, new Row("key5", HASHER.hash("key5"), 5, "y".repeat(300_000)));
    try (RowSorter sorter = sorter(pool.child("sort", MemoryPool.UNLIMITED))) {
      rows.forEach(row -> sorter.add(row.key, row.hash, row.value, row.timestamp));
      assertSame(sorted(rows), read(sorter));
    }
  }

  @Test
  void aRowLargerThanTheMemoryIsRefused() {
    MemoryPool pool = MemoryPool.root("test", 200_000);
    try (RowSorter sorter = sorter(pool.child("sort", MemoryPool.UNLIMITED))) {
      WeftException e =
          assertThrows(WeftException.class, () -> sorter.add("k", 1, "y".repeat(300_000), 0));
      assertEquals(ErrorCode.RESOURCE, e.code());
    }
    assertEquals(0, pool.reserved());
  }

  @Test
  void whatIsLeftGoesWithTheSorter() throws IOException {
    RowSorter sorter = sorter(MemoryPool.root("test", 200_000));
    random(12, 20_000, 10, false)
        .forEach(row -> sorter.add(row.key, row.hash, row.value, row.timestamp));
    assertFalse(files.list(directory).isEmpty());
    sorter.close();
  }

  @Test
  void aDamagedFileIsNoticed() throws IOException {
    try (RowSorter sorter = sorter(MemoryPool.root("test", 200_000))) {
      random(13, 20_000, 10, false)
          .forEach(row -> sorter.add(row.key, row.hash, row.value, row.timestamp));
      FileStatus file = files.list(directory).get(0);
      byte[] bytes = Files.readAllBytes(Path.of(file.path()));
      bytes[bytes.length / 2] ^= 1;
      Files.write(Path.of(file.path()), bytes);
      WeftException e = assertThrows(WeftException.class, () -> read(sorter));
      assertTrue(e.getMessage().contains(file.path()), e.getMessage());
    }
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.createFile(Path.of(directory, "file"));
    try (RowSorter sorter =
        new RowSorter(TEXT, TEXT, MemoryPool.root("test", 200_000), files, file + "/below/rows")) {
      WeftException e =
          assertThrows(
              WeftException.class,
              () ->
                  random(14, 20_000, 10, false)
                      .forEach(row -> sorter.add(row.key, row.hash, row.value, row.timestamp)));
      assertEquals(ErrorCode.RESOURCE, e.code());
      assertTrue(e.getMessage().contains(file + "/below"), e.getMessage());
      assertTrue(e.getMessage().contains("io.tmp.dirs"), e.getMessage());
    }
    Files.delete(file);
  }
}
