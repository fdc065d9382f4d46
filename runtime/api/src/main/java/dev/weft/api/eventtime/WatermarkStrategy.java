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
  private final WatermarkAlignmentParams alignment;

  private WatermarkStrategy(
      long outOfOrdernessMillis,
      WatermarkGeneratorSupplier<T> generator,
      SerializableTimestampAssigner<T> assigner,
      long idleMillis,
      WatermarkAlignmentParams alignment) {
    this.outOfOrdernessMillis = outOfOrdernessMillis;
    this.generator = generator;
    this.assigner = assigner;
    this.idleTimeoutMillis = idleMillis;
    this.alignment = alignment;
  }

  /** Records may be late by at most the bound behind the largest timestamp seen. */
  public static <T> WatermarkStrategy<T> forBoundedOutOfOrderness(Duration maxOutOfOrderness) {
    if (maxOutOfOrderness.isNegative()) {
      throw new IllegalArgumentException("out-of-orderness is not negative: " + maxOutOfOrderness);
    }
    return new WatermarkStrategy<>(maxOutOfOrderness.toMillis(), null, null, NONE, null);
  }

  /** Timestamps only grow within a reader. */
  public static <T> WatermarkStrategy<T> forMonotonousTimestamps() {
    return forBoundedOutOfOrderness(Duration.ZERO);
  }

  /** No watermarks until the end of the input. */
  public static <T> WatermarkStrategy<T> noWatermarks() {
    return new WatermarkStrategy<>(NONE, null, null, NONE, null);
  }

  /** Watermarks as a generator of one's own makes them. */
  public static <T> WatermarkStrategy<T> forGenerator(WatermarkGeneratorSupplier<T> generator) {
    return new WatermarkStrategy<>(
        NONE,
        Objects.requireNonNull(generator, "the generator supplier is null"),
        null,
        NONE,
        null);
  }

  /** The same with timestamps read by an assigner that every subtask makes for itself. */
  public WatermarkStrategy<T> withTimestampAssigner(TimestampAssignerSupplier<T> timestamps) {
    return withTimestampAssigner(new SuppliedTimestampAssigner<>(timestamps));
  }

  /** The same with timestamps read from the record. */
  public WatermarkStrategy<T> withTimestampAssigner(SerializableTimestampAssigner<T> timestamps) {
    return new WatermarkStrategy<>(
        outOfOrdernessMillis, generator, timestamps, idleTimeoutMillis, alignment);
  }

  /** The same, but a reader without records for so long no longer holds the watermark back. */
  public WatermarkStrategy<T> withIdleness(Duration idleTimeout) {
    if (idleTimeout.isNegative() || idleTimeout.isZero()) {
      throw new IllegalArgumentException("an idle timeout is positive: " + idleTimeout);
    }
    return new WatermarkStrategy<>(
        outOfOrdernessMillis, generator, assigner, idleTimeout.toMillis(), alignment);
  }

  /** {@link #withWatermarkAlignment(String, Duration, Duration)} with an update every second. */
  public WatermarkStrategy<T> withWatermarkAlignment(
      String watermarkGroup, Duration maxAllowedWatermarkDrift) {
    return withWatermarkAlignment(
        watermarkGroup, maxAllowedWatermarkDrift, WatermarkAlignmentParams.UPDATE_INTERVAL);
  }

  /**
   * The same, but a reader whose watermark is ahead of the slowest reader of the group by more than
   * the drift pauses until the others have come closer. Readers that are idle hold nobody up; one
   * that has no watermark yet does. For sources only.
   *
   * @param watermarkGroup a name; all sources of a job that give it belong together
   * @param maxAllowedWatermarkDrift how far ahead, not negative; what is read between two looks is
   *     added to it
   * @param updateInterval how often each reader looks where the others are, positive
   */
  public WatermarkStrategy<T> withWatermarkAlignment(
      String watermarkGroup, Duration maxAllowedWatermarkDrift, Duration updateInterval) {
    if (outOfOrdernessMillis == NONE && generator == null) {
      throw new IllegalArgumentException("a strategy without watermarks has none to align");
    }
    return new WatermarkStrategy<>(
        outOfOrdernessMillis,
        generator,
        assigner,
        idleTimeoutMillis,
        new WatermarkAlignmentParams(
            watermarkGroup, maxAllowedWatermarkDrift.toMillis(), updateInterval.toMillis()));
  }

  /** How readers wait for each other, or null when they do not. */
  public WatermarkAlignmentParams getAlignmentParameters() {
    return alignment;
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
