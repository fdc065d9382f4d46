package dev.weft.engine.operator;

import dev.weft.api.eventtime.SerializableTimestampAssigner;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.world.Clock;
import java.lang.invoke.MethodHandles;
import java.util.concurrent.TimeUnit;

/**
 * Emits rows with their event time, then the watermark when it grew: the largest timestamp seen
 * less the allowed out-of-orderness less one, once per batch. Without rows for the idle time-out
 * the output becomes idle, until the next row.
 */
public final class EventTimeStamper {
  /** The largest distance of a timestamp from the epoch: arithmetic on it cannot overflow. */
  static final long TIMESTAMP_LIMIT = 1L << 62;

  final OperatorSite site;
  final SerializableTimestampAssigner<Object> assigner;
  private final Clock clock;
  private final long outOfOrdernessMillis;
  private final long idleTimeoutNanos;
  private final RowLoop<EventTimeStamper> loop;
  private boolean idle;
  private long lastRowNanos;
  private long idleCheckMillis = Long.MAX_VALUE;
  private long emittedWatermark = Long.MIN_VALUE;
  long maxTimestamp = Long.MIN_VALUE;

  @SuppressWarnings("unchecked")
  EventTimeStamper(OperatorSite site, WatermarkStrategy<?> strategy, Clock clock) {
    this.site = site;
    this.clock = clock;
    this.assigner = (SerializableTimestampAssigner<Object>) strategy.timestampAssigner();
    this.outOfOrdernessMillis = strategy.outOfOrdernessMillis();
    long idleMillis = strategy.idleTimeoutMillis();
    this.idleTimeoutNanos =
        idleMillis == WatermarkStrategy.NONE ? 0 : TimeUnit.MILLISECONDS.toNanos(idleMillis);
    this.loop =
        HiddenCopies.loop(
            MethodHandles.lookup(),
            Loop.class,
            assigner == null ? EventTimeStamper.class : assigner.getClass());
    rowsCame();
  }

  /** Emits all rows of a batch and the watermark. */
  void emit(ObjectBatch batch, Output out) throws Exception {
    if (batch.size() == 0) {
      return;
    }
    if (idle) {
      idle = false;
      out.idle(false);
    }
    if (assigner == null
        && (outOfOrdernessMillis == WatermarkStrategy.NONE || !batch.hasTimestamps())) {
      out.emit(batch);
    } else {
      loop.run(this, batch, out);
    }
    rowsCame();
    if (outOfOrdernessMillis != WatermarkStrategy.NONE && maxTimestamp != Long.MIN_VALUE) {
      long watermark = maxTimestamp - outOfOrdernessMillis - 1;
      if (watermark > emittedWatermark) {
        emittedWatermark = watermark;
        out.watermark(watermark);
      }
    }
  }

  /** The input ended: event time runs to its end. */
  void end(Output out) {
    if (idle) {
      idle = false;
      out.idle(false);
    }
    idleCheckMillis = Long.MAX_VALUE;
    if (emittedWatermark != Long.MAX_VALUE) {
      emittedWatermark = Long.MAX_VALUE;
      out.watermark(Long.MAX_VALUE);
    }
  }

  /** Wall-clock milliseconds at which to call {@link #checkIdle}. */
  long idleCheckMillis() {
    return idleCheckMillis;
  }

  /** Becomes idle when no row came for long enough. */
  void checkIdle(Output out) {
    if (idleTimeoutNanos == 0 || idle || emittedWatermark == Long.MAX_VALUE) {
      return;
    }
    long leftNanos = idleTimeoutNanos - (clock.nanoTime() - lastRowNanos);
    if (leftNanos <= 0) {
      idle = true;
      idleCheckMillis = Long.MAX_VALUE;
      out.idle(true);
    } else {
      checkIn(leftNanos);
    }
  }

  private void rowsCame() {
    if (idleTimeoutNanos > 0) {
      lastRowNanos = clock.nanoTime();
      checkIn(idleTimeoutNanos);
    }
  }

  private void checkIn(long nanos) {
    idleCheckMillis = clock.currentTimeMillis() + TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
  }

  /** Fails for a timestamp that event time cannot hold. */
  public static void checkRange(OperatorSite site, Object record, long timestamp) {
    if (timestamp > TIMESTAMP_LIMIT || timestamp < -TIMESTAMP_LIMIT) {
      throw site.misuseAt(
          record,
          ObjectBatch.NO_TIMESTAMP,
          "got the timestamp "
              + timestamp
              + ", which is out of range; timestamps are milliseconds since 1970-01-01T00:00Z");
    }
  }

  static final class Loop implements RowLoop<EventTimeStamper> {
    @Override
    public void run(EventTimeStamper owner, ObjectBatch batch, Output out) throws Exception {
      SerializableTimestampAssigner<Object> assigner = owner.assigner;
      Object[] values = batch.values();
      long[] timestamps = batch.timestamps();
      int size = batch.size();
      long[] stamps = new long[size];
      long max = owner.maxTimestamp;
      for (int row = 0; row < size; row++) {
        long timestamp = timestamps == null ? ObjectBatch.NO_TIMESTAMP : timestamps[row];
        if (assigner != null) {
          try {
            timestamp = assigner.extractTimestamp(values[row], timestamp);
          } catch (Throwable t) {
            throw owner.site.atRecord(t, values[row], timestamp);
          }
        }
        if (assigner != null || timestamp != ObjectBatch.NO_TIMESTAMP) {
          checkRange(owner.site, values[row], timestamp);
          max = Math.max(max, timestamp);
        }
        stamps[row] = timestamp;
      }
      owner.maxTimestamp = max;
      out.emit(new ObjectBatch(values, stamps, null, size));
    }
  }
}
