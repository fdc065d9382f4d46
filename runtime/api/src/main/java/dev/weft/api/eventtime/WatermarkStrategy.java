package dev.weft.api.eventtime;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/**
 * How records get event time and how far it has come. Immutable.
 *
 * @param <T> the records
 */
public final class WatermarkStrategy<T> implements Serializable {
  /** Marks a strategy that makes no watermarks. */
  public static final long NONE = -1;

  private final long outOfOrdernessMillis;
  private final WatermarkGeneratorSupplier<T> generator;
  private final SerializableTimestampAssigner<T> assigner;
  private final long idleTimeoutMillis;

  private WatermarkStrategy(
      long outOfOrdernessMillis,
      WatermarkGeneratorSupplier<T> generator,
      SerializableTimestampAssigner<T> assigner,
      long idleMillis) {
    this.outOfOrdernessMillis = outOfOrdernessMillis;
    this.generator = generator;
    this.assigner = assigner;
    this.idleTimeoutMillis = idleMillis;
  }

  /** Records may be late by at most the bound behind the largest timestamp seen. */
  public static <T> WatermarkStrategy<T> forBoundedOutOfOrderness(Duration maxOutOfOrderness) {
    if (maxOutOfOrderness.isNegative()) {
      throw new IllegalArgumentException("out-of-orderness is not negative: " + maxOutOfOrderness);
    }
    return new WatermarkStrategy<>(maxOutOfOrderness.toMillis(), null, null, NONE);
  }

  /** Timestamps only grow within a reader. */
  public static <T> WatermarkStrategy<T> forMonotonousTimestamps() {
    return forBoundedOutOfOrderness(Duration.ZERO);
  }

  /** No watermarks until the end of the input. */
  public static <T> WatermarkStrategy<T> noWatermarks() {
    return new WatermarkStrategy<>(NONE, null, null, NONE);
  }

  /** Watermarks as a generator of one's own makes them. */
  public static <T> WatermarkStrategy<T> forGenerator(WatermarkGeneratorSupplier<T> generator) {
    return new WatermarkStrategy<>(
        NONE, Objects.requireNonNull(generator, "the generator supplier is null"), null, NONE);
  }

  /** The same with timestamps read by an assigner that every subtask makes for itself. */
  public WatermarkStrategy<T> withTimestampAssigner(TimestampAssignerSupplier<T> timestamps) {
    return withTimestampAssigner(new SuppliedTimestampAssigner<>(timestamps));
  }

  /** The same with timestamps read from the record. */
  public WatermarkStrategy<T> withTimestampAssigner(SerializableTimestampAssigner<T> timestamps) {
    return new WatermarkStrategy<>(outOfOrdernessMillis, generator, timestamps, idleTimeoutMillis);
  }

  /** The same, but a reader without records for so long no longer holds the watermark back. */
  public WatermarkStrategy<T> withIdleness(Duration idleTimeout) {
    if (idleTimeout.isNegative() || idleTimeout.isZero()) {
      throw new IllegalArgumentException("an idle timeout is positive: " + idleTimeout);
    }
    return new WatermarkStrategy<>(
        outOfOrdernessMillis, generator, assigner, idleTimeout.toMillis());
  }

  /** The bound in milliseconds, or {@link #NONE}. */
  public long outOfOrdernessMillis() {
    return outOfOrdernessMillis;
  }

  /** Makes the generator, or null when the bound says it all. */
  public WatermarkGeneratorSupplier<T> generator() {
    return generator;
  }

  /** Reads timestamps, or null to keep those of the source. */
  public SerializableTimestampAssigner<T> timestampAssigner() {
    return assigner;
  }

  /** Milliseconds without a record until a reader is idle, or {@link #NONE}. */
  public long idleTimeoutMillis() {
    return idleTimeoutMillis;
  }
}
