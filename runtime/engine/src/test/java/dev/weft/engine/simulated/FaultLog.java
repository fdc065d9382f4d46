package dev.weft.engine.simulated;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The faults of a run. Every occasion for a fault is numbered by its kind, so that a run can be
 * repeated in which only some of its faults happen.
 */
public final class FaultLog {
  private final Map<String, int[]> occasions = new HashMap<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private final List<String> happened = new ArrayList<>();
  private Set<String> allowed;

  /** Lets only these faults happen, named as by {@link #happened}. */
  public void allowOnly(Set<String> faults) {
    allowed = Set.copyOf(faults);
  }

  /**
   * Passes an occasion.
   *
   * @param kind of the fault
   * @param drawn whether chance wants it
   * @return whether it happens
   */
  public boolean occasion(String kind, boolean drawn) {
    int number = ++occasions.computeIfAbsent(kind, first -> new int[1])[0];
    if (!drawn) {
      return false;
    }
    String fault = kind + " " + number;
    if (allowed != null && !allowed.contains(fault)) {
      return false;
    }
    happened.add(fault);
    counts.merge(kind, 1, Integer::sum);
    return true;
  }

  /** The faults in their order: the kind and the number of the occasion. */
  public List<String> happened() {
    return List.copyOf(happened);
  }

  /** How many faults of each kind happened. */
  public Map<String, Integer> counts() {
    return new TreeMap<>(counts);
  }
}
