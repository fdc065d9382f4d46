package dev.weft.api.metrics;

/**
 * A value that is asked for, by the thread that runs the function. Numbers and booleans are shown,
 * a boolean as 0 or 1; other values are not.
 *
 * @param <T> the value
 */
@FunctionalInterface
public interface Gauge<T> extends Metric {
  /** The value now. */
  T getValue();
}
