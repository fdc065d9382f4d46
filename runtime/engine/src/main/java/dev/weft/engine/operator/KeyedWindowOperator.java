package dev.weft.engine.operator;

import dev.weft.api.OutputTag;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.ProcessWindowFunction;
import dev.weft.api.graph.Operation;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.TimeWindow;
import dev.weft.api.windowing.WindowAssigner;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.StateStore;
import java.lang.invoke.MethodHandles;
import java.util.Collections;

/**
 * Tumbling windows by event time: one accumulator per key and window, keyed by the window's start.
 * A window fires when the watermark reaches its last millisecond, and again for every record that
 * comes within the allowed lateness; then it is forgotten. Both moments are timers of the window's
 * start.
 */
final class KeyedWindowOperator extends KeyedOperator {
  final AggregateFunction<Object, Object, Object> aggregate;
  final WindowAssigner.Tumbling assigner;
  private final ProcessWindowFunction<Object, Object, Object, TimeWindow> process;
  private final TypeInformation<?> accumulatorType;
  private final long latenessMillis;
  private final OutputTag<?> lateOutput;
  private final RowLoop<KeyedWindowOperator> loop;
  private final FiredWindow fired;
  MapState<Long, Object> windows;

  @SuppressWarnings("unchecked")
  KeyedWindowOperator(ChainSpec.OperatorSpec spec, Operation.KeyedWindow<?, ?, ?> window) {
    super(spec, window.aggregate(), window.process());
    this.aggregate = (AggregateFunction<Object, Object, Object>) required(window.aggregate(), spec);
    this.assigner = tumbling(spec, window.assigner());
    this.process =
        (ProcessWindowFunction<Object, Object, Object, TimeWindow>)
            (ProcessWindowFunction<?, ?, ?, ?>) window.process();
    this.accumulatorType = window.accumulatorType();
    this.latenessMillis = window.allowedLatenessMillis();
    this.lateOutput = window.lateOutput();
    this.loop = HiddenCopies.loop(MethodHandles.lookup(), Loop.class, aggregate.getClass());
    this.fired = process == null ? null : new FiredWindow(this);
  }

  private static WindowAssigner.Tumbling tumbling(
      ChainSpec.OperatorSpec spec, WindowAssigner<?> assigner) {
    if (assigner instanceof WindowAssigner.Tumbling tumbling) {
      return tumbling;
    }
    throw new WeftException(
        ErrorCode.ENGINE, "Operator " + spec.name() + " has unknown windows: " + assigner);
  }

  @Override
  @SuppressWarnings("unchecked")
  protected void declareState() {
    windows =
        store.map(
            new MapStateDescriptor<>(
                OWN_STATE + "windows",
                TypeInformation.of(Long.class),
                (TypeInformation<Object>) accumulatorType));
  }

  @Override
  protected void processKeyed(int input, ObjectBatch batch, Output out) throws Exception {
    loop.run(this, batch, out);
  }

  @Override
  protected void eventTimeReached(long newWatermark, Output out) throws Exception {
    timers.fireEvent(newWatermark, (time, start) -> onTimer(time, start, out));
  }

  private void onTimer(long time, long start, Output out) throws Exception {
    if (time == lastMillisecond(start)) {
      Object accumulator = windows.get(start);
      if (accumulator != null) {
        fire(start, accumulator, out);
      }
    }
    if (time == forgetTime(start)) {
      windows.remove(start);
    }
  }

  /** Emits what a window of the current key holds. */
  void fire(long start, Object accumulator, Output out) throws Exception {
    long timestamp = lastMillisecond(start);
    Object result;
    try {
      result = aggregate.getResult(accumulator);
    } catch (Throwable t) {
      throw site.inCall("getResult of window " + window(start) + ofKey(), t);
    }
    if (process == null) {
      out.emit(result, timestamp);
      return;
    }
    collector.timestamp(timestamp);
    fired.window = window(start);
    try {
      process.process(store.currentKey(), fired, Collections.singletonList(result), collector);
    } catch (Throwable t) {
      collector.check();
      throw site.inCall("process of window " + fired.window + ofKey(), t);
    }
  }

  /** Sets the timers of a window that got its first record. */
  void opened(long start) {
    long last = lastMillisecond(start);
    if (last > watermark) {
      timers.setEvent(last, start);
    }
    if (latenessMillis > 0) {
      timers.setEvent(forgetTime(start), start);
    }
  }

  /** Handles a record whose window is forgotten. */
  void late(Object value, long timestamp, Output out) {
    if (lateOutput == null) {
      context.countLateRecord();
    } else {
      out.emit(lateOutput, value, timestamp);
    }
  }

  long lastMillisecond(long start) {
    return start + assigner.sizeMillis() - 1;
  }

  /** The watermark at which a window takes no more records. */
  long forgetTime(long start) {
    long last = lastMillisecond(start);
    long time = last + latenessMillis;
    return time < last ? Long.MAX_VALUE : time;
  }

  /** The start of the window of a record; fails where the record has no usable time. */
  long startOf(Object value, long timestamp) {
    if (timestamp == ObjectBatch.NO_TIMESTAMP) {
      throw site.misuseAt(
          value,
          timestamp,
          "needs event time but a record has none; give the stream a WatermarkStrategy with a"
              + " timestamp assigner");
    }
    EventTimeStamper.checkRange(site, value, timestamp);
    return assigner.startOf(timestamp);
  }

  /** The failure of an aggregate that makes null of an accumulator. */
  WeftException nullAccumulator(Object value, long timestamp) {
    return site.misuseAt(
        value, timestamp, "got null from the aggregate's add; return the accumulator");
  }

  private TimeWindow window(long start) {
    return new TimeWindow(start, start + assigner.sizeMillis());
  }

  private String ofKey() {
    return " of key " + store.currentKey();
  }

  static final class Loop implements RowLoop<KeyedWindowOperator> {
    @Override
    public void run(KeyedWindowOperator owner, ObjectBatch batch, Output out) throws Exception {
      AggregateFunction<Object, Object, Object> aggregate = owner.aggregate;
      Object[] keys = owner.keys;
      StateStore store = owner.store;
      MapState<Long, Object> windows = owner.windows;
      Object[] values = batch.values();
      long[] timestamps = batch.timestamps();
      int[] hashes = owner.hashes;
      int size = batch.size();
      // The window of the row before: most rows share it, so its boxed start does too.
      Long start = null;
      long first = 0;
      long last = -1;
      boolean late = false;
      boolean past = false;
      for (int row = 0; row < size; row++) {
        long timestamp = timestamps == null ? ObjectBatch.NO_TIMESTAMP : timestamps[row];
        Object value = values[row];
        if (start == null || timestamp < first || timestamp > last) {
          first = owner.startOf(value, timestamp);
          last = owner.lastMillisecond(first);
          start = first;
          late = owner.forgetTime(first) <= owner.watermark;
          past = last <= owner.watermark;
        }
        if (late) {
          owner.late(value, timestamp, out);
          continue;
        }
        store.selectKey(keys[row], hashes[row]);
        Object before = windows.get(start);
        Object accumulator;
        try {
          accumulator =
              aggregate.add(value, before == null ? aggregate.createAccumulator() : before);
        } catch (Throwable t) {
          throw owner.site.atRecord(t, value, timestamp);
        }
        if (accumulator == null) {
          throw owner.nullAccumulator(value, timestamp);
        }
        windows.put(start, accumulator);
        if (before == null) {
          owner.opened(first);
        }
        if (past) {
          owner.fire(first, accumulator, out);
        }
      }
    }
  }

  /** The context of all calls of one window function. */
  private static final class FiredWindow
      extends ProcessWindowFunction<Object, Object, Object, TimeWindow>.Context {
    private final KeyedWindowOperator owner;
    private TimeWindow window;

    FiredWindow(KeyedWindowOperator owner) {
      owner.process.super();
      this.owner = owner;
    }

    @Override
    public TimeWindow window() {
      return window;
    }

    @Override
    public long currentWatermark() {
      return owner.watermark;
    }

    @Override
    public <X> void output(OutputTag<X> outputTag, X value) {
      owner.collector.collect(outputTag, value);
    }
  }
}
