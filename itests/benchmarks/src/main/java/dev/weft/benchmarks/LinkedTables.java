package dev.weft.benchmarks;

import dev.weft.engine.server.rocks.RocksEnvironment;
import dev.weft.engine.state.RowDatabase;
import dev.weft.engine.state.RowDatabases;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * How long it takes until a database answers that is opened from the files of a checkpoint, with
 * nothing of it in the cache of blocks: from tables on this disk that are linked, and from the same
 * ones read as a stream and written. Arguments: keys, of a hundred bytes each, and trials.
 */
public final class LinkedTables {
  private static final long MEMORY = 128L << 20;
  private static final int VALUE_BYTES = 100;
  private static final int KEYS_ASKED = 64;
  private static final long SCRAMBLE = 0x9e3779b97f4a7c15L;

  private LinkedTables() {}

  /** Prints the times. */
  public static void main(String[] args) throws IOException {
    long keys = Long.parseLong(args[0]);
    int trials = Integer.parseInt(args[1]);
    Path directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), "linked-tables-");
    try {
      Path tables = Files.createDirectory(directory.resolve("tables"));
      List<String> names = fill(directory.resolve("filled"), tables, keys);
      long bytes = 0;
      for (String name : names) {
        bytes += Files.size(tables.resolve(name));
      }
      System.out.printf("%d keys, %d bytes in %d files%n", keys, bytes, names.size());
      for (boolean link : new boolean[] {true, false}) {
        List<Double> millis = new ArrayList<>();
        for (int trial = 0; trial < trials; trial++) {
          Path place = directory.resolve("opened-" + link + "-" + trial);
          millis.add(open(place, tables, names, link, keys));
        }
        Collections.sort(millis);
        System.out.printf(
            "%s: median %.1f ms, most %.1f ms, %d trials%n",
            link ? "linked" : "copied", millis.get(trials / 2), millis.get(trials - 1), trials);
      }
    } finally {
      delete(directory);
    }
  }

  private static byte[] key(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number * SCRAMBLE).array();
  }

  private static byte[] value(long number) {
    byte[] value = new byte[VALUE_BYTES];
    new SplittableRandom(number).nextBytes(value);
    return value;
  }

  /** Fills a database and lets its files lie in a directory; their names. */
  private static List<String> fill(Path place, Path tables, long keys) throws IOException {
    RocksEnvironment environment = new RocksEnvironment(MEMORY);
    List<String> names = new ArrayList<>();
    try (RowDatabase database = environment.open(place, () -> {})) {
      for (long number = 0; number < keys; number++) {
        database.put(RowDatabase.ROWS, key(number), value(number), VALUE_BYTES);
      }
      database.write();
      try (RowDatabase.Files files = database.files()) {
        for (RowDatabase.Files.Entry file : files.list()) {
          names.add(file.name());
          if (file.fixed()) {
            files.link(file.name(), tables.resolve(file.name()).toString());
          } else {
            try (InputStream input = files.open(file.name())) {
              Files.copy(input, tables.resolve(file.name()));
            }
          }
        }
      }
    }
    environment.close();
    return names;
  }

  /** Opens a database and asks for some keys; the milliseconds that took. */
  private static double open(Path place, Path tables, List<String> names, boolean link, long keys)
      throws IOException {
    RowDatabases.Content content =
        new RowDatabases.Content() {
          @Override
          public List<String> names() {
            return names;
          }

          @Override
          public void read(String name, OutputStream target) throws IOException {
            Files.copy(tables.resolve(name), target);
          }

          @Override
          public String near(String name) {
            return link && name.endsWith(".sst") ? tables.resolve(name).toString() : null;
          }
        };
    RocksEnvironment environment = new RocksEnvironment(MEMORY);
    byte[][] wanted = new byte[KEYS_ASKED][];
    byte[][] found = new byte[KEYS_ASKED][];
    for (int i = 0; i < KEYS_ASKED; i++) {
      wanted[i] = key(keys / KEYS_ASKED * i);
    }
    long begin = System.nanoTime();
    RowDatabase database = environment.open(place, content, () -> {});
    database.findAll(RowDatabase.ROWS, wanted, KEYS_ASKED, found);
    double millis = (System.nanoTime() - begin) / 1e6;
    for (int i = 0; i < KEYS_ASKED; i++) {
      if (!java.util.Arrays.equals(found[i], value(keys / KEYS_ASKED * i))) {
        throw new IllegalStateException("A wrong value for key " + keys / KEYS_ASKED * i);
      }
    }
    database.close();
    environment.close();
    return millis;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
