package dev.weft.engine.operator.window;

import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
import dev.weft.api.graph.WindowOperation;
import dev.weft.api.types.TypeInformation.CustomType;
import dev.weft.api.types.TypeSerializer;
import dev.weft.api.windowing.assigners.AlignedTimeWindows;
import dev.weft.api.windowing.windows.TimeWindow;
import dev.weft.api.windowing.windows.Window;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.EventTimeStamper;
import dev.weft.engine.operator.KeyedOperator;
import dev.weft.engine.operator.Output;
import dev.weft.engine.operator.RowLoop;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.panes.Pane;
import dev.weft.engine.state.panes.PaneTable;
import java.lang.invoke.MethodHandles;
import java.util.Collections;

/**
 * Tumbling and sliding windows by event time. A record is added to one pane, however many windows
 * cover it; a window's result is merged from its panes when the watermark passes its end. There are
 * no timers: one pass over the keys of the panes fires a window for all of them. Panes as in "No
 * pane, no gain" (Li, Maier, Tufte, Papadimos, Tucker, 2005).
 */
final class PaneWindowOperator extends KeyedOperator {
  /** No end of a window. */
  private static final long NONE = Long.MIN_VALUE;

  final AggregateFunction<Object, Object, Object> aggregate;
  private final ProcessWindowFunction<Object, Object, Object, Window> process;
  private final WindowOperation<?, ?, ?> operation;
  private final AlignedTimeWindows assigner;
  private final long latenessMillis;
  final PaneGrid grid;
  PaneTable table;
  private final RowLoop<PaneWindowOperator> loop;
  private final PaneFold fold;
  private final WindowCall call;
  private final boolean numeric;
  int[] ids = new int[0];

  /** The panes of the window that fires, in the order of time. */
  Pane[] parts = new Pane[8];

  int partCount;
  private long firedUpTo;
  private long timestamp;
  private boolean stateInUse;
  private int firing;
  private boolean lateInBatch;

  @SuppressWarnings("unchecked")
  PaneWindowOperator(ChainSpec.OperatorSpec spec, WindowOperation<?, ?, ?> operation) {
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
    this.numeric = PaneTable.hasNumbers(spec.key().keyType());
    boolean whole = operation.accumulatorType().typeClass() == Long.class;
    this.loop =
        HiddenCopies.loop(
            MethodHandles.lookup(), whole ? WholeLoop.class : AnyLoop.class, aggregate.getClass());
    this.fold =
        HiddenCopies.loop(
            MethodHandles.lookup(),
            whole ? PaneFold.Whole.class : PaneFold.Any.class,
            aggregate.getClass());
  }

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"})
  protected void declareState() {
    table =
        new PaneTable(
            new PaneTable.Layout(
                spec.key().keyType(),
                operation.accumulatorType(),
                grid.paneMillis(),
                Math.floorMod(grid.offsetMillis(), grid.paneMillis()),
                context.maxParallelism()));
    store.attach(table);
    firedUpTo = watermark;
    if (call != null) {
      call.states(
          new CustomType<>(Window.class, (TypeSerializer) assigner.getWindowSerializer()), false);
      call.beforeState(this::selectFiring);
    }
  }

  @Override
  protected boolean takesNumbers() {
    return numeric;
  }

  @Override
  protected void processKeyed(int input, ObjectBatch batch, Output out) throws Exception {
    int size = batch.size();
    if (ids.length < size) {
      ids = new int[Math.max(size, ObjectBatch.ROWS_MAX)];
    }
    if (numeric) {
      table.numbers(numbers, hashes, ids, size);
    } else {
      table.numbers(keys, hashes, ids, size);
    }
    lateInBatch = false;
    loop.run(this, batch, out);
    if (lateInBatch) {
      table.forgetUnused(ids, size);
    }
  }

  /** The pane of a record, ready for any number; null for a record that came too late. */
  Pane paneOf(Object value, long timestamp, Output out) {
    if (timestamp == ObjectBatch.NO_TIMESTAMP) {
      throw site.misuseAt(
          value,
          timestamp,
          "needs event time but a record has none; give the stream a WatermarkStrategy with a"
              + " timestamp assigner");
    }
    EventTimeStamper.checkRange(site, value, timestamp);
    long start = table.startOf(timestamp);
    Pane pane = table.find(start);
    if (pane == null) {
      if (forgetTime(grid.lastEnd(start)) <= watermark) {
        lateInBatch = true;
        if (operation.lateOutput() == null) {
          context.countLateRecord();
        } else {
          out.emit(operation.lateOutput(), value, timestamp);
        }
        return null;
      }
      pane = table.add(start);
    }
    table.prepare(pane);
    return pane;
  }

  /** Whether a window that a pane is part of has fired and may fire again. */
  boolean refires(Pane pane) {
    return latenessMillis > 0 && grid.firstEnd(pane.start) - 1 <= watermark;
  }

  /** Fires, for one key, the windows of a pane that have fired before. */
  void refire(Pane pane, int id, Output out) throws Exception {
    long last = grid.lastEnd(pane.start);
    for (long end = grid.firstEnd(pane.start); end <= last; end += grid.slideMillis()) {
      if (end - 1 <= watermark && forgetTime(end) > watermark) {
        gather(end);
        window(end);
        fold.fireOne(this, id, out);
      }
    }
  }

  private long forgetTime(long end) {
    long time = end - 1 + latenessMillis;
    return time < end - 1 ? Long.MAX_VALUE : time;
  }

  @Override
  protected void eventTimeReached(long newWatermark, Output out) throws Exception {
    for (long end = nextEnd(firedUpTo);
        end != NONE && end - 1 <= newWatermark;
        end = nextEnd(end - 1)) {
      gather(end);
      window(end);
      fold.fireAll(this, out);
    }
    firedUpTo = newWatermark;
    while (table.paneCount() > 0 && forgetTime(grid.lastEnd(table.pane(0).start)) <= newWatermark) {
      table.dropFirst();
    }
  }

  /** The end of the first window with a pane whose last millisecond is after a moment. */
  private long nextEnd(long moment) {
    for (int i = 0; i < table.paneCount(); i++) {
      long start = table.pane(i).start;
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

  /** Finds the panes of a window. */
  private void gather(long end) {
    partCount = 0;
    for (int i = 0; i < table.paneCount(); i++) {
      Pane pane = table.pane(i);
      if (pane.start >= end - grid.sizeMillis() && pane.start < end) {
        if (partCount == parts.length) {
          parts = java.util.Arrays.copyOf(parts, partCount * 2);
        }
        parts[partCount++] = pane;
      }
    }
  }

  private void window(long end) {
    timestamp = end - 1;
    if (process != null) {
      collector.timestamp(timestamp);
      call.at(new TimeWindow(end - grid.sizeMillis(), end));
      stateInUse = store.hasStates();
    }
  }

  /** Emits the result of the window that fires for a key. */
  void emit(int id, Object result, Output out) throws Exception {
    if (process == null) {
      out.emit(result, timestamp);
      return;
    }
    firing = id;
    if (stateInUse) {
      selectFiring();
    }
    try {
      process.process(table.key(id), call, Collections.singletonList(result), collector);
    } catch (Throwable t) {
      collector.check();
      throw site.inCall("process of " + call.window() + " of key " + table.key(id), t);
    }
  }

  private void selectFiring() {
    store.selectKey(table.key(firing), table.hash(firing));
  }

  /** The failure of an aggregate on a window that fires. */
  Exception failed(int id, Throwable thrown) {
    return site.inCall(
        "merge or getResult of the window that ends at "
            + (timestamp + 1)
            + " of key "
            + table.key(id),
        thrown);
  }

  /** The failure of an aggregate that makes null of an accumulator. */
  Exception nullAccumulator(Object value, long recordTimestamp) {
    return site.misuseAt(
        value, recordTimestamp, "got null from the aggregate's add; return the accumulator");
  }

  /** Adds records to accumulators that are whole numbers, which stay off the heap of objects. */
  static final class WholeLoop implements RowLoop<PaneWindowOperator> {
    @Override
    public void run(PaneWindowOperator owner, ObjectBatch batch, Output out) throws Exception {
      AggregateFunction<Object, Object, Object> aggregate = owner.aggregate;
      Object[] values = batch.values();
      long[] timestamps = batch.timestamps();
      int[] ids = owner.ids;
      int size = batch.size();
      long length = owner.grid.paneMillis();
      Pane pane = null;
      Pane other = null;
      boolean refires = false;
      for (int row = 0; row < size; row++) {
        Object value = values[row];
        long timestamp = timestamps == null ? ObjectBatch.NO_TIMESTAMP : timestamps[row];
        if (pane == null || timestamp < pane.start || timestamp >= pane.start + length) {
          Pane next = other;
          if (next == null || timestamp < next.start || timestamp >= next.start + length) {
            next = owner.paneOf(value, timestamp, out);
            if (next == null) {
              continue;
            }
          }
          other = pane;
          pane = next;
          refires = owner.refires(pane);
        }
        int id = ids[row];
        try {
          if ((pane.present[id >>> 6] & 1L << id) != 0) {
            pane.longs[id] = (Long) aggregate.add(value, pane.longs[id]);
          } else {
            pane.longs[id] = (Long) aggregate.add(value, aggregate.createAccumulator());
            owner.table.entered(pane, id);
          }
        } catch (Throwable t) {
          throw owner.site.atRecord(t, value, timestamp);
        }
        if (refires) {
          owner.refire(pane, id, out);
        }
      }
    }
  }

  /** Adds records to accumulators of any type. */
  static final class AnyLoop implements RowLoop<PaneWindowOperator> {
    @Override
    public void run(PaneWindowOperator owner, ObjectBatch batch, Output out) throws Exception {
      AggregateFunction<Object, Object, Object> aggregate = owner.aggregate;
      Object[] values = batch.values();
      long[] timestamps = batch.timestamps();
      int[] ids = owner.ids;
      int size = batch.size();
      long length = owner.grid.paneMillis();
      Pane pane = null;
      Pane other = null;
      boolean refires = false;
      for (int row = 0; row < size; row++) {
        Object value = values[row];
        long timestamp = timestamps == null ? ObjectBatch.NO_TIMESTAMP : timestamps[row];
        if (pane == null || timestamp < pane.start || timestamp >= pane.start + length) {
          Pane next = other;
          if (next == null || timestamp < next.start || timestamp >= next.start + length) {
            next = owner.paneOf(value, timestamp, out);
            if (next == null) {
              continue;
            }
          }
          other = pane;
          pane = next;
          refires = owner.refires(pane);
        }
        int id = ids[row];
        Object before = pane.objects[id];
        Object after;
        try {
          after = aggregate.add(value, before == null ? aggregate.createAccumulator() : before);
        } catch (Throwable t) {
          throw owner.site.atRecord(t, value, timestamp);
        }
        if (after == null) {
          throw owner.nullAccumulator(value, timestamp);
        }
        if (after != before) {
          pane.objects[id] = after;
        }
        if (before == null) {
          owner.table.entered(pane, id);
        }
        if (refires) {
          owner.refire(pane, id, out);
        }
      }
    }
  }
}
