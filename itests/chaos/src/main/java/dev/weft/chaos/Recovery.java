package dev.weft.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Measures how long it takes until the subtasks that a fault hit emit again. */
final class Recovery {
  private static final long RATE = 10_000;
  private static final long CHECKPOINT_MILLIS = 1_000;
  private static final long SETTLE_MILLIS = 4_000;
  private static final long LOOK_MILLIS = 2;
  private static final long WAIT_MILLIS_MAX = 120_000;

  /** Faults come one after another here, which is no reason to wait longer before each restart. */
  private static final Map<String, String> QUICK =
      Map.of("restart-strategy.exponential-delay.max-backoff", "100 ms");

  private Recovery() {}

  private interface Fault {
    /** Strikes; returns the moment of the blow, milliseconds since 1970. */
    long strike(Cluster cluster, Child victim) throws IOException;
  }

  static void measure(String what, int trials) throws IOException {
    try (Cluster cluster =
        new Cluster(Chaos.distribution(), Chaos.workDirectory("recovery"), QUICK)) {
      cluster.fillUp(Case.TASK_MANAGERS);
      cluster.submit(RATE, CHECKPOINT_MILLIS);
      Cluster.pause(2 * SETTLE_MILLIS);
      System.out.println(
          "| fault | trials | median ms | p99 ms | most ms |\n|---|---|---|---|---|");
      switch (what) {
        case "kill" -> series("kill -9 of a TaskManager", trials, cluster, Recovery::kill);
        case "fail" -> series("exception in one subtask", trials, cluster, Recovery::fail);
        case "stop" -> series("SIGSTOP of a TaskManager", trials, cluster, Recovery::stop);
        default -> throw new IllegalArgumentException("no series " + what);
      }
    }
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

  private static void series(String name, int trials, Cluster cluster, Fault fault)
      throws IOException {
    List<Long> millis = new ArrayList<>();
    for (int trial = 0; trial < trials; trial++) {
      Child victim = cluster.busyTaskManager();
      long struck = fault.strike(cluster, victim);
      millis.add(awaitAll(cluster, struck) - struck);
      System.err.println(name + ", trial " + (trial + 1) + ": " + millis.get(trial) + " ms");
      if (victim.alive() && name.startsWith("SIGSTOP")) {
        victim.kill();
      }
      cluster.fillUp(Case.TASK_MANAGERS);
      Cluster.pause(SETTLE_MILLIS);
    }
    Collections.sort(millis);
    System.out.printf(
        "| %s | %d | %d | %d | %d |%n",
        name,
        trials,
        millis.get(millis.size() / 2),
        millis.get((int) Math.ceil(millis.size() * 0.99) - 1),
        millis.get(millis.size() - 1));
  }

  /** Waits until every subtask that had to start again has, and all emit; says when. */
  private static long awaitAll(Cluster cluster, long struck) {
    long end = struck + WAIT_MILLIS_MAX;
    while (System.currentTimeMillis() < end) {
      List<Signs.Sign> signs = cluster.signs().read();
      boolean reopened = signs.stream().anyMatch(sign -> sign.openedMillis() > struck);
      boolean all = signs.stream().allMatch(sign -> sign.emittedMillis() > struck);
      if (reopened && all && signs.stream().allMatch(sign -> livesOn(cluster, sign))) {
        return System.currentTimeMillis();
      }
      Cluster.pause(LOOK_MILLIS);
    }
    throw new AssertionError("not all subtasks emit again: " + cluster.signs().read());
  }

  private static boolean livesOn(Cluster cluster, Signs.Sign sign) {
    return cluster.taskManagers().stream().anyMatch(child -> child.pid() == sign.pid());
  }

  /** Compares what becomes visible with and without a TaskManager killed every minute. */
  static void killEveryMinute(int minutes) throws IOException {
    try (Cluster cluster =
        new Cluster(Chaos.distribution(), Chaos.workDirectory("kills"), Map.of())) {
      cluster.fillUp(Case.TASK_MANAGERS);
      cluster.submit(RATE, CHECKPOINT_MILLIS);
      Output output =
          new Output(
              cluster.files(), new org.apache.hadoop.fs.Path(cluster.output()), Cluster.ACCOUNTS);
      Cluster.pause(SETTLE_MILLIS);
      output.look();
      long entries = output.entries();
      long begin = System.currentTimeMillis();
      for (int minute = 0; minute < minutes; minute++) {
        long next = begin + (minute + 1) * 60_000L;
        Cluster.pause(30_000);
        cluster.busyTaskManager().kill();
        cluster.fillUp(Case.TASK_MANAGERS);
        Cluster.pause(Math.max(0, next - System.currentTimeMillis()));
      }
      output.look();
      double seconds = (System.currentTimeMillis() - begin) / 1000.0;
      double perSecond = (output.entries() - entries) / seconds;
      cluster.drain();
      output.checkEnd();
      System.out.printf(
          "%d kills in %.0f s: %.0f entries a second of %d offered, %.1f %%; the ledger is clean%n",
          minutes,
          seconds,
          perSecond,
          RATE * Cluster.PARALLELISM,
          100 * perSecond / (RATE * Cluster.PARALLELISM));
    }
  }
}
