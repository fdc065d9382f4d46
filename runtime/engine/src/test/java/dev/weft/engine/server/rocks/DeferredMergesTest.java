package dev.weft.engine.server.rocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.state.RowDatabase;
import dev.weft.engine.state.RowDatabases;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeferredMergesTest {
  private static final long MEMORY = 32L << 20;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  /** So many tables of the first level are merged. */
  private static final int TABLES_MERGED = 4;

  private static final int VALUE_BYTES = 1_000;
  private static final String OTHER = "other";

  @TempDir private Path directory;

  private RocksEnvironment environment;
  private int directories;

  @AfterEach
  void nothingIsLeftOpen() {
    environment.close();
    assertEquals(Map.of(), environment.openHandles());
  }

  private Path next() {
    return directory.resolve("d" + directories++);
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  private static void put(RowDatabase database, int family, int number) {
    byte[] value = new byte[VALUE_BYTES];
    value[0] = (byte) number;
    database.put(family, key(number), value, VALUE_BYTES);
    database.write();
  }

  /** Takes the files of a database as a checkpoint would. */
  private RowDatabases.Content checkpoint(RowDatabase database) throws IOException {
    Path copies = Files.createDirectory(next());
    try (RowDatabase.Files files = database.files()) {
      for (RowDatabase.Files.Entry file : files.list()) {
        try (InputStream input = files.open(file.name())) {
          Files.copy(input, copies.resolve(file.name()));
        }
      }
    }
    return new RowDatabases.Content() {
      @Override
      public List<String> names() {
        return DeferredMergesTest.names(copies);
      }

      @Override
      public void read(String name, OutputStream target) throws IOException {
        Files.copy(copies.resolve(name), target);
      }
    };
  }

  private static List<String> names(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> tables(Path directory) {
    return names(directory).stream().filter(name -> name.endsWith(".sst")).toList();
  }

  /** What the database wrote down last of whether it merges, family by family. */
  private static List<Boolean> merges(Path directory) {
    String last =
        names(directory).stream()
            .filter(name -> name.startsWith("OPTIONS-") && !name.endsWith(".dbtmp"))
            .max(Comparator.naturalOrder())
            .orElseThrow();
    try {
      List<Boolean> merges = new ArrayList<>();
      for (String line : Files.readAllLines(directory.resolve(last))) {
        if (line.contains("disable_auto_compactions=")) {
          merges.add(line.endsWith("false"));
        }
      }
      return merges;
    } catch (IOException e) {
      return List.of(); // it has just been replaced
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end);
      Thread.onSpinWait();
    }
  }

  /** A checkpoint whose tables are to be merged, which nobody did yet. */
  private RowDatabases.Content unmerged() throws IOException {
    environment = new RocksEnvironment(MEMORY);
    RowDatabases.Content content;
    Path place = next();
    try (RowDatabase database = environment.open(place, () -> {})) {
      assertEquals(List.of(true), merges(place));
      database.family(OTHER);
      put(database, database.family(OTHER), 0);
      put(database, RowDatabase.ROWS, 0);
      content = checkpoint(database);
    }
    for (int table = 1; table < TABLES_MERGED; table++) {
      try (RowDatabase database = environment.open(next(), content, () -> {})) {
        put(database, RowDatabase.ROWS, table);
        put(database, RowDatabase.ROWS, 0); // tables that do not overlap are only moved
        content = checkpoint(database);
      }
    }
    return content;
  }

  private static void checkRows(RowDatabase database, int end) {
    for (int number = 0; number < end; number++) {
      byte[] expected = new byte[VALUE_BYTES];
      expected[0] = (byte) number;
      assertArrayEquals(expected, database.find(RowDatabase.ROWS, key(number)));
    }
  }

  @Test
  void tablesAreMergedAfterTheFirstCheckpointOnly() throws IOException {
    RowDatabases.Content content = unmerged();
    Path place = next();
    try (RowDatabase database = environment.open(place, content, () -> {})) {
      assertEquals(List.of(false, false), merges(place));
      List<String> before = tables(place);
      assertTrue(before.size() > TABLES_MERGED);
      checkRows(database, TABLES_MERGED);
      put(database, RowDatabase.ROWS, TABLES_MERGED);
      put(database, RowDatabase.ROWS, 0);
      assertEquals(before, tables(place));

      checkpoint(database);
      await(() -> merges(place).equals(List.of(true, true)));
      await(() -> tables(place).size() < TABLES_MERGED);
      database.family("a third");
      await(() -> merges(place).equals(List.of(true, true, true)));
      checkRows(database, TABLES_MERGED + 1);
    }
  }

  @Test
  void tablesAreMergedOnceMuchIsWritten() throws IOException {
    RowDatabases.Content content = unmerged();
    Path place = next();
    try (RowDatabase database = environment.open(place, content, () -> {})) {
      int rows = (int) (MEMORY / VALUE_BYTES);
      for (int number = 0; number < rows; number++) {
        put(database, RowDatabase.ROWS, number);
      }
      await(() -> merges(place).equals(List.of(true, true)));
      checkRows(database, rows);
    }
  }

  @Test
  void aDatabaseThatIsClosedMeanwhileIsClosedForGood() throws IOException {
    RowDatabases.Content content = unmerged();
    for (int time = 0; time < 5; time++) {
      Path place = next();
      RowDatabase database = environment.open(place, content, () -> {});
      put(database, RowDatabase.ROWS, TABLES_MERGED);
      database.files().close();
      database.close();
      await(() -> !Files.exists(place));
    }
  }
}
