package dev.weft.benchmarks;

import dev.weft.api.functions.Collector;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.ProcessFunction;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Sums that jobs leave behind when their functions are closed, in this process or in others. */
final class Totals {
  private static final long CLOSE_SECONDS_MAX = 30;
  private static final String SUFFIX = ".sum";

  /** The system property with the directory for sums of functions in other processes. */
  static final String DIRECTORY = "weft.benchmarks.totals";

  private static final Map<String, LongAdder> SUMS = new ConcurrentHashMap<>();
  private static final Phaser OPEN = new Phaser(1);

  private Totals() {}

  /** Forgets all sums. */
  static void clear() throws IOException {
    SUMS.clear();
    for (Path file : files()) {
      Files.delete(file);
    }
  }

  /** Where functions in other processes leave their sums; null when there are none. */
  private static Path directory() {
    String directory = System.getProperty(DIRECTORY);
    return directory == null ? null : Path.of(directory);
  }

  private static List<Path> files() throws IOException {
    if (directory() == null) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(Files.createDirectories(directory()))) {
      return entries.filter(file -> file.toString().endsWith(SUFFIX)).toList();
    }
  }

  /** A function begins that will add. */
  static void open() {
    OPEN.register();
  }

  /** A function ends with its sum. */
  static void close(String name, long value) {
    if (directory() != null) {
      leave(name + " " + value);
    }
    SUMS.computeIfAbsent(name, key -> new LongAdder()).add(value);
    OPEN.arriveAndDeregister();
  }

  /** Waits until every function that began has ended; a job counts as finished before that. */
  static void awaitClosed() throws InterruptedException, TimeoutException {
    OPEN.awaitAdvanceInterruptibly(OPEN.arrive(), CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
  }

  private static void leave(String line) {
    try {
      Path part = Files.createTempFile(directory(), "sum", ".part");
      Files.writeString(part, line);
      Files.move(part, part.resolveSibling(part.getFileName() + SUFFIX));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until so many functions in other processes have left their sums, and takes these. */
  static void collect(int functions) throws IOException, InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS_MAX);
    while (files().size() < functions) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException(files().size() + " of " + functions + " functions ended");
      }
      Thread.sleep(10);
    }
    for (Path file : files()) {
      String[] parts = Files.readString(file).split(" ");
      SUMS.computeIfAbsent(parts[0], key -> new LongAdder()).add(Long.parseLong(parts[1]));
    }
  }

  static long of(String name) {
    LongAdder sum = SUMS.get(name);
    return sum == null ? 0 : sum.sum();
  }

  /** Takes a number out of a record. */
  interface NumberOf<T> extends Serializable {
    long of(T value);
  }

  /** Takes all records, adds up a number of each and emits nothing. */
  static final class Absorb<T> extends ProcessFunction<T, Long> {
    private final String name;
    private final NumberOf<T> number;
    private long sum;

    Absorb(String name, NumberOf<T> number) {
      this.name = name;
      this.number = number;
    }

    @Override
    public void processElement(T value, Context ctx, Collector<Long> out) {
      sum += number.of(value);
    }

    @Override
    public void open(OpenContext context) {
      Totals.open();
    }

    @Override
    public void close() {
      Totals.close(name, sum);
    }
  }
}
