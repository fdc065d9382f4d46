package dev.weft.engine.operator;

import dev.weft.api.config.CoreOptions;
import dev.weft.api.eventtime.SerializableTimestampAssigner;
import dev.weft.api.eventtime.Watermark;
import dev.weft.api.eventtime.WatermarkGenerator;
import dev.weft.api.eventtime.WatermarkOutput;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.world.Clock;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Emits rows with their event time, then the watermark when it grew: the largest timestamp seen
 * less the allowed out-of-orderness less one, once per batch, or what the user's generator says.
 * Without rows for the idle time-out the output becomes idle, until the next row.
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
  final WatermarkGenerator<Object> generator;
  final Gate gate;
  private final long periodMillis;
  private long periodicMillis = Long.MAX_VALUE;
  private long[] stamps = new long[0];
  private boolean silent;
  private boolean idle;
  private long lastRowNanos;
  private long idleCheckMillis = Long.MAX_VALUE;
  private long emittedWatermark = Long.MIN_VALUE;
  long maxTimestamp = Long.MIN_VALUE;

  @SuppressWarnings("unchecked")
  /** Of an output; {@link #emit} and the others are called by one thread. */
  public EventTimeStamper(
      OperatorSite site, WatermarkStrategy<?> strategy, OperatorContext context) {
    this.site = site;
    this.clock = context.clock();
    this.assigner = (SerializableTimestampAssigner<Object>) strategy.timestampAssigner();
    this.outOfOrdernessMillis = strategy.outOfOrdernessMillis();
    long idleMillis = strategy.idleTimeoutMillis();
    this.idleTimeoutNanos =
        idleMillis == WatermarkStrategy.NONE ? 0 : TimeUnit.MILLISECONDS.toNanos(idleMillis);
    this.periodMillis =
        Math.max(1, context.configuration().get(CoreOptions.AUTO_WATERMARK_INTERVAL).toMillis());
    this.gate = new Gate(site);
    this.generator = generator(strategy, context);
    Class<?> assigning = assigner == null ? EventTimeStamper.class : assigner.getClass();
    if (generator == null) {
      this.loop = HiddenCopies.loop(MethodHandles.lookup(), Loop.class, assigning);
    } else {
      this.loop =
          HiddenCopies.loop(
              MethodHandles.lookup(), GeneratorLoop.class, assigning, generator.getClass());
      periodicMillis = clock.currentTimeMillis() + periodMillis;
    }
    rowsCame();
  }

  @SuppressWarnings("unchecked")
  private WatermarkGenerator<Object> generator(
      WatermarkStrategy<?> strategy, OperatorContext context) {
    if (strategy.generator() == null) {
      return null;
    }
    try {
      return (WatermarkGenerator<Object>)
          strategy.generator().createWatermarkGenerator(() -> context.measures().group());
    } catch (Throwable t) {
      throw site.inCall("createWatermarkGenerator", t);
    }
  }

  /** Emits all rows of a batch and the watermark. */
  public void emit(ObjectBatch batch, Output out) throws Exception {
    if (batch.size() == 0) {
      return;
    }
    silent = false;
    show(out);
    if (generator != null) {
      loop.run(this, batch, out);
      askGenerator(out);
      rowsCame();
      return;
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

  /** Room for the timestamps of so many rows. */
  long[] stamps(int size) {
    if (stamps.length < size) {
      stamps = new long[size];
    }
    return stamps;
  }

  /** The input ended: event time runs to its end. */
  void end(Output out) {
    silent = false;
    gate.idle = false;
    show(out);
    idleCheckMillis = Long.MAX_VALUE;
    periodicMillis = Long.MAX_VALUE;
    if (emittedWatermark != Long.MAX_VALUE) {
      emittedWatermark = Long.MAX_VALUE;
      out.watermark(Long.MAX_VALUE);
    }
  }

  /** The watermark so far; {@code Long.MAX_VALUE} while nothing waits for this output. */
  public long progress() {
    return idle ? Long.MAX_VALUE : emittedWatermark;
  }

  /** The source is held up: that it emits nothing does not make it idle. */
  public void paused() {
    if (!silent) {
      rowsCame();
    }
  }

  /** Wall-clock milliseconds at which to call {@link #timePasses}. */
  public long nextCallMillis() {
    return Math.min(idleCheckMillis, periodicMillis);
  }

  /** Asks the generator when it is time, and becomes idle when no row came for long enough. */
  public void timePasses(Output out) {
    askGenerator(out);
    checkIdle(out);
  }

  private void askGenerator(Output out) {
    if (clock.currentTimeMillis() < periodicMillis) {
      return;
    }
    periodicMillis = clock.currentTimeMillis() + periodMillis;
    try {
      generator.onPeriodicEmit(gate);
    } catch (Throwable t) {
      throw site.inCall("onPeriodicEmit of its watermark generator", t);
    }
    passOn(out);
  }

  /** Lets out what the generator said. */
  void passOn(Output out) {
    gate.changed = false;
    show(out);
    if (gate.watermark > emittedWatermark) {
      emittedWatermark = gate.watermark;
      out.watermark(emittedWatermark);
    }
  }

  private void show(Output out) {
    boolean now = silent || gate.idle;
    if (now != idle) {
      idle = now;
      out.idle(now);
    }
  }

  private void checkIdle(Output out) {
    if (idleTimeoutNanos == 0 || silent || emittedWatermark == Long.MAX_VALUE) {
      return;
    }
    long leftNanos = idleTimeoutNanos - (clock.nanoTime() - lastRowNanos);
    if (leftNanos <= 0) {
      silent = true;
      idleCheckMillis = Long.MAX_VALUE;
      show(out);
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
      long[] stamps = owner.stamps(size);
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

  /** What the generator said and was not let out yet. */
  static final class Gate implements WatermarkOutput {
    private final OperatorSite site;
    private long watermark = Long.MIN_VALUE;
    private boolean idle;
    boolean changed;

    Gate(OperatorSite site) {
      this.site = site;
    }

    @Override
    public void emitWatermark(Watermark next) {
      if (next.timestamp() < watermark) {
        throw site.misuse(
            "has a generator that emits the watermark "
                + next.timestamp()
                + " after "
                + watermark
                + "; a watermark never goes back");
      }
      changed |= next.timestamp() > watermark || idle;
      watermark = next.timestamp();
      idle = false;
    }

    @Override
    public void markIdle() {
      changed |= !idle;
      idle = true;
    }

    @Override
    public void markActive() {
      changed |= idle;
      idle = false;
    }
  }

  /** Cuts a batch behind each row at which the generator says something. */
  static final class GeneratorLoop implements RowLoop<EventTimeStamper> {
    @Override
    public void run(EventTimeStamper owner, ObjectBatch batch, Output out) throws Exception {
      SerializableTimestampAssigner<Object> assigner = owner.assigner;
      WatermarkGenerator<Object> generator = owner.generator;
      Gate gate = owner.gate;
      Object[] values = batch.values();
      long[] timestamps = batch.timestamps();
      int size = batch.size();
      long[] stamps = owner.stamps(size);
      int begin = 0;
      for (int row = 0; row < size; row++) {
        long timestamp = timestamps == null ? ObjectBatch.NO_TIMESTAMP : timestamps[row];
        try {
          if (assigner != null) {
            timestamp = assigner.extractTimestamp(values[row], timestamp);
          }
          if (assigner != null || timestamp != ObjectBatch.NO_TIMESTAMP) {
            checkRange(owner.site, values[row], timestamp);
          }
          stamps[row] = timestamp;
          generator.onEvent(values[row], timestamp, gate);
        } catch (Throwable t) {
          throw owner.site.atRecord(t, values[row], timestamp);
        }
        if (gate.changed) {
          emit(values, stamps, begin, row + 1, out);
          begin = row + 1;
          owner.passOn(out);
        }
      }
      emit(values, stamps, begin, size, out);
    }

    private static void emit(Object[] values, long[] stamps, int begin, int end, Output out) {
      if (begin < end) {
        out.emit(
            new ObjectBatch(
                Arrays.copyOfRange(values, begin, end),
                Arrays.copyOfRange(stamps, begin, end),
                null,
                end - begin));
      }
    }
  }
}
