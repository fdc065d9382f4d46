package dev.weft.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Tries faults on real processes.
 *
 * <ul>
 *   <li>{@code list}: the faults
 *   <li>{@code A1 C3 ...} or {@code all}: these faults, each on a job of its own
 *   <li>{@code recovery kill|fail|stop TRIALS}: how long it takes until subtasks emit again
 *   <li>{@code large TRIALS KEYS}: the same after a kill, with so many keys in RocksDB
 *   <li>{@code pauses TIMES}: whether pauses of three seconds are held for deaths
 *   <li>{@code kills MINUTES}: throughput with a TaskManager killed every minute
 * </ul>
 */
public final class Chaos {
  private static final String END = " | | | | |";
  private static final long RATE = 500;
  private static final long CHECKPOINT_MILLIS = 1_000;
  private static final long LOOK_MILLIS = 100;

  private Chaos() {}

  /** Runs a command; the properties say where the distribution is and where to work. */
  public static void main(String[] args) throws Exception {
    System.exit(run(List.of(args)) ? 0 : 1);
  }

  static boolean run(List<String> args) throws Exception {
    String command = args.isEmpty() ? "list" : args.get(0);
    switch (command) {
      case "list" -> {
        Arrays.stream(Case.values()).forEach(c -> System.out.println(c + "\t" + c.what()));
        Case.SKIPPED.forEach(line -> System.out.println("skipped\t" + line));
        return true;
      }
      case "recovery" -> {
        Recovery.measure(args.get(1), Integer.parseInt(args.get(2)));
        return true;
      }
      case "large" -> {
        Recovery.measureLarge(Integer.parseInt(args.get(1)), Long.parseLong(args.get(2)));
        return true;
      }
      case "pauses" -> {
        return Recovery.pause(Integer.parseInt(args.get(1)));
      }
      case "kills" -> {
        return Recovery.killEveryMinute(Integer.parseInt(args.get(1)));
      }
      default -> {
        List<Case> cases = new ArrayList<>();
        for (String name : command.equals("all") ? List.<String>of() : args) {
          cases.add(Case.valueOf(name));
        }
        return cases(command.equals("all") ? List.of(Case.values()) : cases);
      }
    }
  }

  private static boolean cases(List<Case> cases) throws IOException {
    List<String> rows = new ArrayList<>();
    boolean all = true;
    for (Case one : cases) {
      String hindrance = one.hindrance();
      String result;
      try {
        result = hindrance == null ? "passed | " + tryOut(one) : "skipped: " + hindrance + END;
      } catch (AssertionError | IOException | RuntimeException e) {
        all = false;
        e.printStackTrace();
        result = "FAILED: " + e + END;
      }
      rows.add("| " + one + " | " + one.what() + " | " + result + " |");
      System.err.println(rows.get(rows.size() - 1));
    }
    System.out.println(
        "| fault | what | result | s | entries | checkpoints | looks | with a gap |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    rows.forEach(System.out::println);
    Case.SKIPPED.forEach(line -> System.out.println("skipped: " + line));
    return all;
  }

  static Path distribution() {
    return Path.of(System.getProperty("weft.chaos.home")).toAbsolutePath();
  }

  static Path workDirectory(String name) throws IOException {
    Path base = Path.of(System.getProperty("weft.chaos.dir")).toAbsolutePath();
    return Files.createTempDirectory(Files.createDirectories(base), name + "-");
  }

  /** Strikes once while the job runs and a reader looks at its output all the time. */
  private static String tryOut(Case one) throws IOException {
    Path work = workDirectory(one.name());
    long begin = System.nanoTime();
    try (SmallDisk disk = one.needsSmallDisk() ? SmallDisk.mount(work.resolve("tmp")) : null;
        Cluster cluster = new Cluster(distribution(), work, one.options())) {
      cluster.fillUp(Case.TASK_MANAGERS);
      cluster.submit(RATE, CHECKPOINT_MILLIS);
      Output output =
          new Output(
              cluster.files(),
              new org.apache.hadoop.fs.Path(cluster.output()),
              Cluster.ACCOUNTS,
              one.coversPrefixes());
      try (Reader reader = new Reader(output)) {
        ProcessFaults.awaitCheckpoint(cluster);
        ProcessFaults.awaitCheckpoint(cluster);
        one.strike(cluster);
        if (!one.endsTheJob()) {
          long struck = System.currentTimeMillis();
          cluster.await("all emit again", () -> cluster.signs().allEmittedAfter(struck));
          long before = output.entries();
          cluster.await("output goes on", () -> reader.entries() > before);
          ProcessFaults.awaitCheckpoint(cluster);
          cluster.drain();
        }
      }
      if (!one.endsTheJob()) {
        output.checkEnd();
        LeftOvers.check(cluster);
      }
      Output.Looks looks = output.looks();
      return String.format(
          "%d | %d | %d | %d | %d, at most %d ms",
          (System.nanoTime() - begin) / 1_000_000_000,
          output.entries(),
          looks.publications(),
          looks.looks(),
          looks.torn(),
          looks.tornMillisMax());
    }
  }

  /** Looks at the output in a thread of its own until it is closed. */
  private static final class Reader implements AutoCloseable {
    private final Output output;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicReference<AssertionError> wrong = new AtomicReference<>();
    private final Thread thread = new Thread(this::look, "reader");
    private volatile long entries;

    Reader(Output output) {
      this.output = output;
      thread.start();
    }

    long entries() {
      if (wrong.get() != null) {
        throw wrong.get();
      }
      return entries;
    }

    private void look() {
      while (!ended.get()) {
        try {
          output.look();
          entries = output.entries();
        } catch (AssertionError e) {
          wrong.set(e);
          return;
        } catch (IOException e) {
          // HDFS is what is broken now; the next look will tell
        }
        Cluster.pause(LOOK_MILLIS);
      }
    }

    @Override
    public void close() {
      ended.set(true);
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (wrong.get() != null) {
        throw wrong.get();
      }
    }
  }
}
