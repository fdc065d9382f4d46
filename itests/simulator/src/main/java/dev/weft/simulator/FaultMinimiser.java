package dev.weft.simulator;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes faults out of the run of a seed that fails as long as it fails in the same way, by halves,
 * then by quarters and so on (delta debugging: Zeller and Hildebrandt, IEEE TSE 28(2), 2002).
 */
final class FaultMinimiser {
  private static final int RUNS_MAX = 400;
  private static final Pattern INVARIANT = Pattern.compile("I\\d+ broken");

  private final long seed;
  private final PlantedBug bug;
  private int runs;

  FaultMinimiser(long seed, PlantedBug bug) {
    this.seed = seed;
    this.bug = bug;
  }

  /**
   * What is left.
   *
   * @param before how many faults the seed has by itself
   * @param faults that still make it fail
   * @param report of the run with these
   */
  record Smallest(int before, List<String> faults, String report) {}

  private record Red(String how, List<String> faults, String report) {}

  /** The smallest set found; empty when the seed passes. */
  Optional<Smallest> minimise() {
    Red all = run(null);
    if (all == null) {
      return Optional.empty();
    }
    Red best = all;
    int pieces = 2;
    while (!best.faults().isEmpty() && runs < RUNS_MAX) {
      Red smaller = without(best, Math.min(pieces, best.faults().size()), all.how());
      if (smaller != null) {
        best = smaller;
        pieces = Math.max(2, pieces - 1);
      } else if (pieces >= best.faults().size()) {
        break;
      } else {
        pieces *= 2;
      }
    }
    return Optional.of(new Smallest(all.faults().size(), best.faults(), best.report()));
  }

  /** The first run that fails in the same way without one of the pieces; null when none does. */
  private Red without(Red red, int pieces, String how) {
    List<String> faults = red.faults();
    for (int piece = 0; piece < pieces && runs < RUNS_MAX; piece++) {
      Set<String> rest = new LinkedHashSet<>(faults.subList(0, faults.size() * piece / pieces));
      rest.addAll(faults.subList(faults.size() * (piece + 1) / pieces, faults.size()));
      Red again = run(rest);
      if (again != null && again.how().equals(how) && again.faults().size() < faults.size()) {
        return again;
      }
    }
    return null;
  }

  private Red run(Set<String> allowed) {
    runs++;
    Simulation simulation = new Simulation(seed, bug);
    if (allowed != null) {
      simulation.allowOnly(allowed);
    }
    try {
      simulation.run();
      return null;
    } catch (AssertionError e) {
      String report = String.valueOf(e.getMessage());
      Matcher invariant = INVARIANT.matcher(report);
      return new Red(
          invariant.find() ? invariant.group() : "",
          new ArrayList<>(simulation.faultLog().happened()),
          report);
    }
  }
}
