package dev.weft.engine.operator.measure;

import dev.weft.api.accumulators.Accumulator;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.metrics.Counter;
import dev.weft.api.metrics.Gauge;
import dev.weft.api.metrics.Histogram;
import dev.weft.api.metrics.HistogramStatistics;
import dev.weft.api.metrics.Meter;
import dev.weft.api.metrics.MeterView;
import dev.weft.api.metrics.Metric;
import dev.weft.api.metrics.MetricGroup;
import dev.weft.engine.protocol.UserMetrics.AccumulatorBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The metrics and accumulators of one operator of one subtask. Used by the thread that opens the
 * operator, then by the task's.
 */
public final class OperatorMeasures {
  /** More does not fit into what is sent about a task. */
  private static final int ACCUMULATOR_BYTES_MAX = 4 << 20;

  private static final double[] QUANTILES = {0.5, 0.75, 0.95, 0.99};

  private final String operator;
  private final Map<String, Metric> metrics = new TreeMap<>();
  private final Map<String, Accumulator<?, ?>> accumulators = new TreeMap<>();

  /**
   * Nothing yet.
   *
   * @param operator the name that metrics begin with
   */
  public OperatorMeasures(String operator) {
    this.operator = operator;
  }

  /** Where metrics are registered. */
  public MetricGroup group() {
    return new Group(this, operator + ".");
  }

  /** A group of metrics. */
  private record Group(OperatorMeasures owner, String prefix) implements MetricGroup {
    @SuppressWarnings("unchecked")
    private <M extends Metric> M add(String name, M metric) {
      Metric known = owner.metrics.putIfAbsent(prefix + name, metric);
      return known == null ? metric : (M) known;
    }

    @Override
    public <C extends Counter> C counter(String name, C counter) {
      return add(name, counter);
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
      return add(name, gauge);
    }

    @Override
    public <H extends Histogram> H histogram(String name, H histogram) {
      return add(name, histogram);
    }

    @Override
    public <M extends Meter> M meter(String name, M meter) {
      return add(name, meter);
    }

    @Override
    public MetricGroup addGroup(String name) {
      return new Group(owner, prefix + name + ".");
    }

    @Override
    public String getMetricIdentifier(String metricName) {
      return prefix + metricName;
    }
  }

  /** Registers an accumulator; false when the name is taken. */
  public boolean add(String name, Accumulator<?, ?> accumulator) {
    return accumulators.putIfAbsent(name, accumulator) == null;
  }

  /** The accumulator of a name, or null. */
  public Accumulator<?, ?> find(String name) {
    return accumulators.get(name);
  }

  /** Adds what was measured so far. A metric whose code throws is left out. */
  public void read(long nowMillis, Map<String, Double> values, List<AccumulatorBytes> sums) {
    metrics.forEach(
        (name, metric) -> {
          try {
            read(name, metric, nowMillis, values);
          } catch (RuntimeException e) {
            values.remove(name);
          }
        });
    accumulators.forEach((name, accumulator) -> sums.add(serialize(name, accumulator)));
  }

  private static void read(String name, Metric metric, long nowMillis, Map<String, Double> values) {
    if (metric instanceof Counter counter) {
      values.merge(name, (double) counter.getCount(), Double::sum);
    } else if (metric instanceof Meter meter) {
      if (meter instanceof MeterView view) {
        view.update(nowMillis);
      }
      values.put(name + ".rate", meter.getRate());
      values.put(name + ".count", (double) meter.getCount());
    } else if (metric instanceof Histogram histogram) {
      HistogramStatistics statistics = histogram.getStatistics();
      values.put(name + ".count", (double) histogram.getCount());
      values.put(name + ".min", (double) statistics.getMin());
      values.put(name + ".max", (double) statistics.getMax());
      values.put(name + ".mean", statistics.getMean());
      for (double quantile : QUANTILES) {
        values.put(name + ".p" + (int) (quantile * 100), statistics.getQuantile(quantile));
      }
    } else if (metric instanceof Gauge<?> gauge) {
      Object value = gauge.getValue();
      if (value instanceof Number number) {
        values.put(name, number.doubleValue());
      } else if (value instanceof Boolean is) {
        values.put(name, is ? 1.0 : 0.0);
      }
    }
  }

  private AccumulatorBytes serialize(String name, Accumulator<?, ?> accumulator) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(accumulator);
    } catch (IOException e) {
      throw new WeftException(
          ErrorCode.USER,
          "Accumulator '" + name + "' of '" + operator + "' cannot be written: " + e,
          e);
    }
    if (bytes.size() > ACCUMULATOR_BYTES_MAX) {
      throw new WeftException(
          ErrorCode.USER,
          "Accumulator '"
              + name
              + "' of '"
              + operator
              + "' has "
              + bytes.size()
              + " bytes, the most is "
              + ACCUMULATOR_BYTES_MAX
              + "; write so much to a sink instead");
    }
    return new AccumulatorBytes(
        name, accumulator.getClass().getName(), accumulator.toString(), bytes.toByteArray());
  }
}
