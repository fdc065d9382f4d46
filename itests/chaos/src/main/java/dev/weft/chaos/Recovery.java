package dev.weft.chaos;

import dev.weft.chaos.Progress.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Measures how long it takes until the subtasks that a fault hit emit again. */
final class Recovery {
  private static final long RATE = 10_000;
  private static final long CHECKPOINT_MILLIS = 1_000;
  private static final long WARM_UP_MILLIS = 8_000;
  private static final long SETTLE_MILLIS = 3_000;
  private static final int SETTLED_CHECKPOINTS = 2;
  private static final long LOOK_MILLIS = 2;
  private static final long STATE_BYTES_PER_KEY = 100;
  private static final long SETTLED_BYTES_MAX = 32 << 20;
  private static final long FILL_MILLIS_MAX = 600_000;
  private static final long WAIT_MILLIS_MAX = 120_000;
  private static final long PAUSE_MILLIS = 3_000;
  private static final long BETWEEN_PAUSES_MILLIS = 7_000;
  private static final long MINUTE_MILLIS = 60_000;
  private static final double THROUGHPUT_SHARE_MIN = 0.85;

  private Recovery() {}

  private interface Fault {
    /** Strikes; returns the moment of the blow, milliseconds since 1970. */
    long strike(Cluster cluster, Child victim) throws IOException;
  }

  /** The series of trials by name. */
  private enum Series {
    KILL("kill -9 of a TaskManager", Recovery::kill),
    FAIL("exception in one subtask", Recovery::fail),
    STOP("SIGSTOP of a TaskManager", Recovery::stop);

    private final String title;
    private final Fault fault;

    Series(String title, Fault fault) {
      this.title = title;
      this.fault = fault;
    }
  }

  /** Trials of one fault on one job, whose ledger must be right at the end. */
  static void measure(String what, int trials) throws IOException {
    Series series = Series.valueOf(what.toUpperCase(java.util.Locale.ROOT));
    try (Cluster cluster = open("recovery")) {
      trials(cluster, series, trials);
      end(cluster, output(cluster));
    }
  }

  /**
   * Trials of kills while there is much state, which is in RocksDB and on the machine's disk beside
   * the checkpoints. The job itself looks whether its state is right, and fails otherwise.
   */
  static void measureLarge(int trials, long keys) throws IOException {
    Path work = Chaos.workDirectory("large");
    Map<String, String> options =
        Map.of(
            "state.backend.type",
            "rocksdb",
            "execution.checkpointing.local-backup.dirs",
            work.resolve("copies").toString());
    try (Cluster cluster = new Cluster(Chaos.distribution(), work, options)) {
      cluster.fillUp(Case.TASK_MANAGERS);
      cluster.submitLarge(RATE, keys, CHECKPOINT_MILLIS);
      long begin = System.currentTimeMillis();
      while (cluster.newestCheckpoint().path("state_size").asLong() < keys * STATE_BYTES_PER_KEY
          || cluster.newestCheckpoint().path("checkpointed_size").asLong() > SETTLED_BYTES_MAX) {
        if (System.currentTimeMillis() - begin > FILL_MILLIS_MAX) {
          throw new AssertionError("The state does not settle: " + cluster.newestCheckpoint());
        }
        Cluster.pause(SETTLE_MILLIS);
      }
      System.out.printf(
          "%d keys, %d bytes in a checkpoint, after %d s%n",
          keys,
          cluster.newestCheckpoint().path("state_size").asLong(),
          (System.currentTimeMillis() - begin) / 1_000);
      int attempts = cluster.attempt();
      trials(cluster, Series.KILL, trials);
      int failures = cluster.attempt() - attempts - trials;
      if (failures != 0) {
        throw new AssertionError("Tasks started again " + failures + " times without a kill");
      }
    }
  }

  private static void trials(Cluster cluster, Series series, int trials) throws IOException {
    Progress progress = new Progress(cluster.work().resolve("logs/jobmanager-1.log"));
    List<Map<Step, Long>> all = new ArrayList<>();
    for (int trial = 0; trial < trials; trial++) {
      settle(cluster, trial);
      progress.since();
      all.add(trial(cluster, series, progress));
      System.err.println(series.title + ", trial " + (trial + 1) + ": " + all.get(trial));
    }
    print(series, all);
  }

  /** Starts a cluster with one spare TaskManager, and the job. */
  private static Cluster open(String name) throws IOException {
    Cluster cluster = new Cluster(Chaos.distribution(), Chaos.workDirectory(name), Map.of());
    try {
      cluster.fillUp(Case.TASK_MANAGERS);
      cluster.submit(RATE, CHECKPOINT_MILLIS);
      Cluster.pause(WARM_UP_MILLIS);
      return cluster;
    } catch (IOException | RuntimeException | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  private static Output output(Cluster cluster) {
    return new Output(
        cluster.files(), new org.apache.hadoop.fs.Path(cluster.output()), Cluster.ACCOUNTS, false);
  }

  /** Drains the job and looks at everything it published. */
  private static void end(Cluster cluster, Output output) throws IOException {
    cluster.drain();
    output.checkEnd();
    System.out.println("the ledger is clean: " + output.entries() + " entries");
  }

  private static long kill(Cluster cluster, Child victim) {
    long now = System.currentTimeMillis();
    victim.kill();
    return now;
  }

  private static long fail(Cluster cluster, Child victim) throws IOException {
    long now = System.currentTimeMillis();
    cluster.signs().misbehave("throw");
    return now;
  }

  private static long stop(Cluster cluster, Child victim) throws IOException {
    long now = System.currentTimeMillis();
    victim.pause();
    return now;
  }

  /** Waits for the spare TaskManager and for checkpoints, and then for a moment between two. */
  private static void settle(Cluster cluster, int trial) throws IOException {
    cluster.fillUp(Case.TASK_MANAGERS);
    cluster.await("a spare slot", () -> Cluster.now(() -> cluster.slotsFree() > 0));
    long before = cluster.checkpoints();
    Cluster.pause(SETTLE_MILLIS + trial * 377L % CHECKPOINT_MILLIS);
    cluster.await(
        "checkpoints are taken",
        () -> Cluster.now(() -> cluster.checkpoints() >= before + SETTLED_CHECKPOINTS));
  }

  /**
   * Strikes once. All subtasks are of one failure region, so all start again; what counts is when
   * the last of them emitted its first record since, by its own clock.
   */
  private static Map<Step, Long> trial(Cluster cluster, Series series, Progress progress)
      throws IOException {
    Child victim = cluster.busyTaskManager();
    long struck = series.fault.strike(cluster, victim);
    awaitEmission(cluster, struck);
    if (series == Series.STOP) {
      victim.kill();
    }
    Cluster.pause(SETTLE_MILLIS / 2); // a second restart, if there was one, counts too
    awaitEmission(cluster, struck);
    Map<Step, Long> millis = new EnumMap<>(Step.class);
    progress.since().forEach((step, moment) -> millis.put(step, moment - struck));
    millis.put(
        Step.EMITTED,
        cluster.signs().read().stream().mapToLong(Signs.Sign::firstMillis).max().orElseThrow()
            - struck);
    return millis;
  }

  private static void awaitEmission(Cluster cluster, long struck) {
    long end = System.currentTimeMillis() + WAIT_MILLIS_MAX;
    while (System.currentTimeMillis() < end) {
      List<Signs.Sign> signs = cluster.signs().read();
      if (signs.size() == Cluster.PARALLELISM
          && signs.stream()
              .allMatch(sign -> sign.openedMillis() > struck && emits(cluster, sign))) {
        return;
      }
      Cluster.pause(LOOK_MILLIS);
    }
    throw new AssertionError("not all subtasks emit again: " + cluster.signs().read());
  }

  private static boolean emits(Cluster cluster, Signs.Sign sign) {
    return sign.firstMillis() >= sign.openedMillis()
        && cluster.taskManagers().stream().anyMatch(child -> child.pid() == sign.pid());
  }

  private static void print(Series series, List<Map<Step, Long>> trials) {
    List<Long> millis = trials.stream().map(trial -> trial.get(Step.EMITTED)).toList();
    int part = Math.max(1, trials.size() / 3);
    System.out.println(
        "| fault | trials | median ms | p99 ms | most ms | median of the first "
            + part
            + " | of the last "
            + part
            + " |\n|---|---|---|---|---|---|---|");
    System.out.printf(
        "| %s | %d | %d | %d | %d | %d | %d |%n",
        series.title,
        trials.size(),
        quantile(millis, 0.5),
        quantile(millis, 0.99),
        quantile(millis, 1),
        quantile(millis.subList(0, part), 0.5),
        quantile(millis.subList(millis.size() - part, millis.size()), 0.5));
    System.out.println("median until the step was reached:");
    for (Step step : Step.values()) {
      List<Long> reached =
          trials.stream().filter(t -> t.containsKey(step)).map(t -> t.get(step)).toList();
      if (!reached.isEmpty()) {
        System.out.println("  " + step + " " + quantile(reached, 0.5) + " ms");
      }
    }
  }

  /** The smallest value that this share of the values does not exceed. */
  private static long quantile(List<Long> values, double share) {
    List<Long> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(Math.max(0, (int) Math.ceil(sorted.size() * share) - 1));
  }

  /**
   * Pauses TaskManagers for less than it takes to hold them for dead.
   *
   * @return whether no task started again
   */
  static boolean pause(int times) throws IOException {
    try (Cluster cluster = open("pauses")) {
      int attempt = cluster.attempt();
      int alarms = 0;
      for (int time = 0; time < times; time++) {
        Child paused = cluster.taskManagers().get(time % Case.TASK_MANAGERS);
        paused.pause();
        Cluster.pause(PAUSE_MILLIS);
        paused.resume();
        Cluster.pause(BETWEEN_PAUSES_MILLIS);
        alarms = cluster.attempt() - attempt;
      }
      end(cluster, output(cluster));
      System.out.printf("%d pauses of %d ms: %d false alarms%n", times, PAUSE_MILLIS, alarms);
      return alarms == 0;
    }
  }

  /**
   * Compares what becomes visible with a TaskManager killed every minute with what became visible
   * in a minute before.
   *
   * @return whether it is as much as it must be
   */
  static boolean killEveryMinute(int minutes) throws IOException {
    try (Cluster cluster = open("kills")) {
      Output output = output(cluster);
      output.look();
      Meter meter = new Meter(output);
      Cluster.pause(MINUTE_MILLIS);
      double quiet = meter.perSecond();
      meter = new Meter(output);
      for (int minute = 0; minute < minutes; minute++) {
        long next = System.currentTimeMillis() + MINUTE_MILLIS;
        Cluster.pause(MINUTE_MILLIS / 2);
        cluster.busyTaskManager().kill();
        cluster.fillUp(Case.TASK_MANAGERS);
        Cluster.pause(Math.max(0, next - System.currentTimeMillis()));
      }
      double share = meter.perSecond() / quiet;
      end(cluster, output);
      System.out.printf(
          "%d kills, one a minute: %.1f %% of the %.0f entries a second without kills%n",
          minutes, 100 * share, quiet);
      return share >= THROUGHPUT_SHARE_MIN;
    }
  }

  /** Counts what becomes visible. */
  private static final class Meter {
    private final Output output;
    private final long entries;
    private final long millis = System.currentTimeMillis();

    Meter(Output output) {
      this.output = output;
      this.entries = output.entries();
    }

    double perSecond() throws IOException {
      long elapsed = System.currentTimeMillis() - millis;
      output.look();
      return (output.entries() - entries) * 1_000.0 / elapsed;
    }
  }
}
