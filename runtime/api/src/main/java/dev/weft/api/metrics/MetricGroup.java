package dev.weft.api.metrics;

/**
 * Where metrics of an operator are registered. The name of a metric is that of the operator, of the
 * groups within it, and its own, with dots between. Used by the thread that runs the function. A
 * name that is taken gives the metric that has it.
 */
public interface MetricGroup {
  /** A new counter. */
  default Counter counter(String name) {
    return counter(name, new SimpleCounter());
  }

  /** Registers a counter. */
  <C extends Counter> C counter(String name, C counter);

  /** Registers a gauge. */
  <T, G extends Gauge<T>> G gauge(String name, G gauge);

  /** Registers a histogram. */
  <H extends Histogram> H histogram(String name, H histogram);

  /** Registers a meter. */
  <M extends Meter> M meter(String name, M meter);

  /** A group within this one. */
  MetricGroup addGroup(String name);

  /** A group for a key and, within it, one for its value. */
  default MetricGroup addGroup(String key, String value) {
    return addGroup(key).addGroup(value);
  }

  /** The full name of a metric with the given name. */
  String getMetricIdentifier(String metricName);
}
