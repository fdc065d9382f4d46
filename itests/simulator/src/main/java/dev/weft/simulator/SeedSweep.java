package dev.weft.simulator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Runs many seeds on several threads. */
public final class SeedSweep {
  private static final int THREADS = Integer.getInteger("weft.simulator.threads", 2);
  private static final int RUN_TWICE_EVERY = 100;

  private SeedSweep() {}

  /**
   * A seed that did not pass.
   *
   * @param message the whole report
   */
  public record Failure(long seed, String message) {}

  /**
   * How often a fault happened.
   *
   * @param seeds in which it did
   * @param count how often in all
   */
  public record Coverage(int seeds, long count) {
    private Coverage and(int more) {
      return new Coverage(seeds + 1, count + more);
    }
  }

  /**
   * What came out.
   *
   * @param failures by seed; with a limit not all
   * @param coverage by kind of fault, of the seeds that passed
   */
  public record Outcome(
      long seeds,
      long events,
      long simulatedMillis,
      List<Failure> failures,
      Map<String, Coverage> coverage) {}

  /**
   * Runs seeds; every hundredth twice, to see that both runs are equal.
   *
   * @param failuresMax after how many failures no new seed begins
   */
  public static Outcome run(long from, long to, PlantedBug bug, int failuresMax)
      throws InterruptedException {
    AtomicLong next = new AtomicLong(from);
    AtomicLong seeds = new AtomicLong();
    AtomicLong events = new AtomicLong();
    AtomicLong millis = new AtomicLong();
    AtomicBoolean enough = new AtomicBoolean();
    List<Failure> failures = Collections.synchronizedList(new ArrayList<>());
    Map<String, Coverage> coverage = Collections.synchronizedMap(new TreeMap<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Thread thread =
          new Thread(
              () -> {
                for (long seed = next.getAndIncrement();
                    seed <= to && !enough.get();
                    seed = next.getAndIncrement()) {
                  try {
                    Simulation.Result result = runOne(seed, bug);
                    events.addAndGet(result.events());
                    millis.addAndGet(result.simulatedMillis());
                    result
                        .faults()
                        .forEach(
                            (kind, count) ->
                                coverage.merge(
                                    kind,
                                    new Coverage(1, count),
                                    (before, one) -> before.and(count)));
                  } catch (AssertionError | RuntimeException e) {
                    failures.add(new Failure(seed, String.valueOf(e.getMessage())));
                    if (failures.size() >= failuresMax) {
                      enough.set(true);
                    }
                  }
                  seeds.incrementAndGet();
                }
              },
              "seeds-" + i);
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    List<Failure> sorted = new ArrayList<>(failures);
    sorted.sort((a, b) -> Long.compare(a.seed(), b.seed()));
    return new Outcome(seeds.get(), events.get(), millis.get(), sorted, new TreeMap<>(coverage));
  }

  private static Simulation.Result runOne(long seed, PlantedBug bug) {
    Simulation.Result result = new Simulation(seed, bug).run();
    if (seed % RUN_TWICE_EVERY == 0) {
      Simulation.Result again = new Simulation(seed, bug).run();
      if (!again.equals(result)) {
        throw new AssertionError(
            "seed " + seed + " does not repeat: " + result + ", then " + again);
      }
    }
    return result;
  }
}
