package dev.weft.engine.operator.window;

import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
import dev.weft.api.graph.WindowOperation;
import dev.weft.api.types.TypeInformation.CustomType;
import dev.weft.api.types.TypeSerializer;
import dev.weft.api.windowing.assigners.AlignedTimeWindows;
import dev.weft.api.windowing.windows.TimeWindow;
import dev.weft.api.windowing.windows.Window;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.EventTimeStamper;
import dev.weft.engine.operator.KeyedOperator;
import dev.weft.engine.operator.Output;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.panes.PaneTable;
import java.util.Collections;

/**
 * Tumbling and sliding windows by event time. A record is added to one pane, however many windows
 * cover it; a window's result is merged from its panes when the watermark passes its end. There are
 * no timers: one pass over the keys of the panes fires a window for all of them. Panes as in "No
 * pane, no gain" (Li, Maier, Tufte, Papadimos, Tucker, 2005). Where panes lie is up to the
 * subclass.
 */
abstract class AlignedWindowOperator extends KeyedOperator {
  /** No end of a window. */
  private static final long NONE = Long.MIN_VALUE;

  final AggregateFunction<Object, Object, Object> aggregate;
  final WindowOperation<?, ?, ?> operation;
  final PaneGrid grid;
  private final ProcessWindowFunction<Object, Object, Object, Window> process;
  private final AlignedTimeWindows assigner;
  private final long latenessMillis;
  private final WindowCall call;
  private long firedUpTo;
  private long timestamp;
  private boolean stateInUse;
  private Object firingKey;
  private int firingHash;

  @SuppressWarnings("unchecked")
  AlignedWindowOperator(ChainSpec.OperatorSpec spec, WindowOperation<?, ?, ?> operation) {
    super(spec, operation.aggregate(), operation.process());
    this.operation = operation;
    this.aggregate = (AggregateFunction<Object, Object, Object>) operation.aggregate();
    this.process =
        (ProcessWindowFunction<Object, Object, Object, Window>)
            (ProcessWindowFunction<?, ?, ?, ?>) operation.process();
    this.assigner = (AlignedTimeWindows) operation.assigner();
    this.latenessMillis = operation.allowedLatenessMillis();
    this.grid = PaneGrid.of(assigner);
    this.call = process == null ? null : new WindowCall(this, process);
  }

  /** Opens the panes. */
  abstract void openPanes(PaneTable.Layout layout);

  /** How many panes there are. */
  abstract int paneCount();

  /** The first millisecond of a pane; panes are in the order of time. */
  abstract long paneStart(int pane);

  /** Emits the results of a window for all keys. */
  abstract void fireAll(long end, Output out) throws Exception;

  /** Forgets the first pane. */
  abstract void dropFirst();

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"})
  protected final void declareState() {
    openPanes(
        new PaneTable.Layout(
            spec.key().keyType(),
            operation.accumulatorType(),
            grid.paneMillis(),
            Math.floorMod(grid.offsetMillis(), grid.paneMillis()),
            context.maxParallelism()));
    firedUpTo = watermark;
    if (call != null) {
      call.states(
          new CustomType<>(Window.class, (TypeSerializer) assigner.getWindowSerializer()), false);
      call.beforeState(this::selectFiring);
    }
  }

  /** Fails for a record whose timestamp is of no use. */
  final void checkTimestamp(Object value, long recordTimestamp) {
    if (recordTimestamp == ObjectBatch.NO_TIMESTAMP) {
      throw site.misuseAt(
          value,
          recordTimestamp,
          "needs event time but a record has none; give the stream a WatermarkStrategy with a"
              + " timestamp assigner");
    }
    EventTimeStamper.checkRange(site, value, recordTimestamp);
  }

  /** Whether a record came too late for a pane that there is not; says so where wanted. */
  final boolean late(long start, Object value, long recordTimestamp, Output out) {
    if (forgetTime(grid.lastEnd(start)) > watermark) {
      return false;
    }
    if (operation.lateOutput() == null) {
      context.countLateRecord();
    } else {
      out.emit(operation.lateOutput(), value, recordTimestamp);
    }
    return true;
  }

  /** Whether a window that a pane is part of has fired and may fire again. */
  final boolean refires(long start) {
    return latenessMillis > 0 && grid.firstEnd(start) - 1 <= watermark;
  }

  /** Whether a window has fired and may fire again. */
  final boolean mayFireAgain(long end) {
    return end - 1 <= watermark && forgetTime(end) > watermark;
  }

  private long forgetTime(long end) {
    long time = end - 1 + latenessMillis;
    return time < end - 1 ? Long.MAX_VALUE : time;
  }

  @Override
  protected final void eventTimeReached(long newWatermark, Output out) throws Exception {
    for (long end = nextEnd(firedUpTo);
        end != NONE && end - 1 <= newWatermark;
        end = nextEnd(end - 1)) {
      begin(end);
      fireAll(end, out);
    }
    firedUpTo = newWatermark;
    while (paneCount() > 0 && forgetTime(grid.lastEnd(paneStart(0))) <= newWatermark) {
      dropFirst();
    }
  }

  /** The end of the first window with a pane whose last millisecond is after a moment. */
  private long nextEnd(long moment) {
    for (int i = 0; i < paneCount(); i++) {
      long start = paneStart(i);
      long first = grid.firstEnd(start);
      if (first - 1 > moment) {
        return first;
      }
      if (grid.lastEnd(start) - 1 > moment) {
        return first + ((moment + 1 - first) / grid.slideMillis() + 1) * grid.slideMillis();
      }
    }
    return NONE;
  }

  /** The results that are emitted next are those of a window. */
  final void begin(long end) {
    timestamp = end - 1;
    if (process != null) {
      collector.timestamp(timestamp);
      call.at(new TimeWindow(end - grid.sizeMillis(), end));
      stateInUse = store.hasStates();
    }
  }

  /** Whether results go to the user's function, with their keys. */
  final boolean processes() {
    return process != null;
  }

  /** Emits the result of the window for a key where there is no function to take it. */
  final void emit(Object result, Output out) {
    out.emit(result, timestamp);
  }

  /** Gives the result of the window for a key to the user's function. */
  final void process(Object key, int hash, Object result) throws Exception {
    firingKey = key;
    firingHash = hash;
    if (stateInUse) {
      selectFiring();
    }
    try {
      process.process(key, call, Collections.singletonList(result), collector);
    } catch (Throwable t) {
      collector.check();
      throw site.inCall("process of " + call.window() + " of key " + key, t);
    }
  }

  private void selectFiring() {
    store.selectKey(firingKey, firingHash);
  }

  /** The failure of an aggregate on a window that fires. */
  final Exception failed(Object key, Throwable thrown) {
    return site.inCall(
        "merge or getResult of the window that ends at " + (timestamp + 1) + " of key " + key,
        thrown);
  }

  /** The failure of an aggregate that makes null of an accumulator. */
  final Exception nullAccumulator(Object value, long recordTimestamp) {
    return site.misuseAt(
        value, recordTimestamp, "got null from the aggregate's add; return the accumulator");
  }
}
