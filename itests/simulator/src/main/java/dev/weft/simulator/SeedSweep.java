package dev.weft.simulator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs many seeds on several threads. Also a program: {@code SeedSweep FROM TO [BUG]} runs the
 * seeds from the first up to and including the last.
 */
public final class SeedSweep {
  private static final int THREADS = 2;
  private static final int RUN_TWICE_EVERY = 100;

  private SeedSweep() {}

  /**
   * A seed that did not pass.
   *
   * @param message the whole report
   */
  public record Failure(long seed, String message) {}

  /**
   * What came out.
   *
   * @param failures by seed; with a limit not all
   */
  public record Outcome(long seeds, long events, long simulatedMillis, List<Failure> failures) {}

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
    return new Outcome(seeds.get(), events.get(), millis.get(), sorted);
  }

  private static Simulation.Result runOne(long seed, PlantedBug bug) {
    Simulation.Result result = new Simulation(seed, bug).run(Workload.draw(seed));
    if (seed % RUN_TWICE_EVERY == 0) {
      Simulation.Result again = new Simulation(seed, bug).run(Workload.draw(seed));
      if (!again.equals(result)) {
        throw new AssertionError(
            "seed " + seed + " does not repeat: " + result + ", then " + again);
      }
    }
    return result;
  }

  /** Runs seeds, prints a line for each that fails and the whole report of the first. */
  public static void main(String[] args) throws InterruptedException {
    PlantedBug bug = args.length > 2 ? PlantedBug.valueOf(args[2]) : PlantedBug.NONE;
    long begin = System.nanoTime();
    Outcome outcome = run(Long.parseLong(args[0]), Long.parseLong(args[1]), bug, Integer.MAX_VALUE);
    double seconds = (System.nanoTime() - begin) / 1e9;
    for (Failure failure : outcome.failures()) {
      System.out.println(failure.message().lines().findFirst().orElse(""));
    }
    outcome.failures().stream().findFirst().map(Failure::message).ifPresent(System.out::println);
    System.out.printf(
        "%d seeds in %.1f s (%.0f an hour), %d failed, %d events, %d simulated seconds%n",
        outcome.seeds(),
        seconds,
        outcome.seeds() / seconds * 3600,
        outcome.failures().size(),
        outcome.events(),
        outcome.simulatedMillis() / 1000);
    System.exit(outcome.failures().isEmpty() ? 0 : 1);
  }
}
