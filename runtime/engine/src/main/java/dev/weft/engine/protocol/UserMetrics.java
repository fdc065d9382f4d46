package dev.weft.engine.protocol;

import java.util.List;
import java.util.Map;

/**
 * What the user's functions in a subtask measured.
 *
 * @param values of metrics by full name
 * @param accumulators in Java's serialised form
 */
public record UserMetrics(Map<String, Double> values, List<AccumulatorBytes> accumulators) {
  /** Nothing measured. */
  public static final UserMetrics NONE = new UserMetrics(Map.of(), List.of());

  /**
   * An accumulator.
   *
   * @param text its value for people
   */
  public record AccumulatorBytes(String name, String className, String text, byte[] bytes) {}
}
