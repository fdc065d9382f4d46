package dev.weft.api.eventtime;

import dev.weft.api.metrics.MetricGroup;
import java.io.Serializable;

/**
 * Makes the generator of a subtask.
 *
 * @param <T> the records
 */
@FunctionalInterface
public interface WatermarkGeneratorSupplier<T> extends Serializable {
  /** A new generator. */
  WatermarkGenerator<T> createWatermarkGenerator(Context context);

  /** What the generator may use. */
  interface Context {
    /** Where metrics of the operator are registered. */
    MetricGroup getMetricGroup();
  }
}
