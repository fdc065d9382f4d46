package dev.weft.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The simulator as a program.
 *
 * <ul>
 *   <li>{@code seed N [BUG]}: one seed
 *   <li>{@code seeds FROM TO [BUG]}: many, with a table of the faults that happened
 *   <li>{@code minimise N [BUG]}: the smallest set of faults that makes a seed fail
 *   <li>{@code bank SEEDS [BUG...]}: at which seed each planted bug is found first, as a table
 * </ul>
 */
public final class Commands {
  private static final int BANK_RED_SHOWN = 20;

  /** A seed of the measure in which speed is stated; those drawn are shorter. */
  private static final int LONG_SEED_SECONDS = 300;

  private Commands() {}

  /**
   * Runs a command.
   *
   * @return whether all is well
   */
  static boolean run(String... args) throws InterruptedException {
    return switch (args[0]) {
      case "seed" -> seed(Long.parseLong(args[1]), bug(args, 2));
      case "seeds" -> seeds(Long.parseLong(args[1]), Long.parseLong(args[2]), bug(args, 3));
      case "minimise" -> minimise(Long.parseLong(args[1]), bug(args, 2));
      case "bank" -> bank(Long.parseLong(args[1]), args);
      default -> throw new IllegalArgumentException("no command " + args[0]);
    };
  }

  private static PlantedBug bug(String[] args, int index) {
    return args.length > index ? PlantedBug.valueOf(args[index]) : PlantedBug.NONE;
  }

  private static boolean seed(long seed, PlantedBug bug) {
    try {
      System.out.println(new Simulation(seed, bug).run());
      return true;
    } catch (AssertionError e) {
      System.out.println(e.getMessage());
      return false;
    }
  }

  private static boolean seeds(long from, long to, PlantedBug bug) throws InterruptedException {
    long begin = System.nanoTime();
    SeedSweep.Outcome outcome = SeedSweep.run(from, to, bug, Integer.MAX_VALUE);
    double seconds = (System.nanoTime() - begin) / 1e9;
    double cpuSeconds = cpuSeconds();
    double longSeeds = outcome.simulatedMillis() / 1e3 / LONG_SEED_SECONDS;
    for (SeedSweep.Failure failure : outcome.failures()) {
      System.out.println(firstLine(failure));
    }
    System.out.print(coverage(outcome));
    System.out.printf(
        "%d seeds in %.1f s, %d failed, %d events, %d simulated seconds%n",
        outcome.seeds(),
        seconds,
        outcome.failures().size(),
        outcome.events(),
        outcome.simulatedMillis() / 1000);
    System.out.printf(
        "%.1f s of CPU: %.0f seeds of %d simulated seconds per core and hour%n",
        cpuSeconds, longSeeds / cpuSeconds * 3600, LONG_SEED_SECONDS);
    return outcome.failures().isEmpty();
  }

  /** What this process took of all cores since it began, its compiler and collector with it. */
  private static double cpuSeconds() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(duration -> duration.toMillis() / 1e3)
        .orElse(Double.NaN);
  }

  /** The faults that happened, as a table. */
  static String coverage(SeedSweep.Outcome outcome) {
    StringBuilder table = new StringBuilder("| fault | seeds | times |\n|---|---|---|\n");
    for (String kind : new TreeSet<>(FaultPlan.kindNames())) {
      SeedSweep.Coverage coverage =
          outcome.coverage().getOrDefault(kind, new SeedSweep.Coverage(0, 0));
      table.append(String.format("| %s | %d | %d |%n", kind, coverage.seeds(), coverage.count()));
    }
    return table.toString();
  }

  private static boolean minimise(long seed, PlantedBug bug) {
    Optional<FaultMinimiser.Smallest> smallest = new FaultMinimiser(seed, bug).minimise();
    if (smallest.isEmpty()) {
      System.out.println("seed " + seed + " passes");
      return true;
    }
    System.out.println(smallest.get().report());
    System.out.printf(
        "%d of %d faults are enough: %s%n",
        smallest.get().faults().size(), smallest.get().before(), smallest.get().faults());
    return false;
  }

  private static boolean bank(long seeds, String[] args) throws InterruptedException {
    List<PlantedBug> bugs = new ArrayList<>();
    for (int i = 2; i < args.length; i++) {
      bugs.add(PlantedBug.valueOf(args[i]));
    }
    if (bugs.isEmpty()) {
      bugs.addAll(List.of(PlantedBug.values()));
      bugs.remove(PlantedBug.NONE);
    }
    boolean all = true;
    System.out.println("| bug | first seed | seeds run | red | seen as |\n|---|---|---|---|---|");
    for (PlantedBug bug : bugs) {
      SeedSweep.Outcome outcome = SeedSweep.run(1, seeds, bug, BANK_RED_SHOWN);
      boolean found = !outcome.failures().isEmpty();
      all &= found;
      System.out.printf(
          "| %s | %s | %d | %d | %s |%n",
          bug,
          found ? outcome.failures().get(0).seed() : "none",
          outcome.seeds(),
          outcome.failures().size(),
          String.join(", ", seenAs(outcome)));
    }
    return all;
  }

  private static Iterable<String> seenAs(SeedSweep.Outcome outcome) {
    TreeSet<String> seen = new TreeSet<>();
    for (SeedSweep.Failure failure : outcome.failures()) {
      String[] words = firstLine(failure).split(": ", 3);
      seen.add(words.length > 1 ? words[1].replace(" broken", "") : firstLine(failure));
    }
    return seen;
  }

  private static String firstLine(SeedSweep.Failure failure) {
    return failure.message().lines().findFirst().orElse("");
  }

  /** Runs a command and says by its exit code whether all is well. */
  public static void main(String[] args) throws InterruptedException {
    System.exit(run(args) ? 0 : 1);
  }
}
