package dev.weft.engine.operator.window;

import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.graph.WindowOperation;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.Output;
import dev.weft.engine.operator.RowLoop;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.panes.Pane;
import dev.weft.engine.state.panes.PaneTable;
import java.lang.invoke.MethodHandles;

/** Windows from panes in memory, by the numbers of keys. */
final class PaneWindowOperator extends AlignedWindowOperator {
  PaneTable table;
  private final RowLoop<PaneWindowOperator> loop;
  private final PaneFold fold;
  private final boolean numeric;
  int[] ids = new int[0];

  /** The panes of the window that fires, in the order of time. */
  Pane[] parts = new Pane[8];

  int partCount;
  private boolean lateInBatch;

  PaneWindowOperator(ChainSpec.OperatorSpec spec, WindowOperation<?, ?, ?> operation) {
    super(spec, operation);
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
  void openPanes(PaneTable.Layout layout) {
    table = new PaneTable(layout);
    store.attach(table);
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
    checkTimestamp(value, timestamp);
    long start = table.startOf(timestamp);
    Pane pane = table.find(start);
    if (pane == null) {
      if (late(start, value, timestamp, out)) {
        lateInBatch = true;
        return null;
      }
      pane = table.add(start);
    }
    table.prepare(pane);
    return pane;
  }

  /** Fires, for one key, the windows of a pane that have fired before. */
  void refire(Pane pane, int id, Output out) throws Exception {
    long last = grid.lastEnd(pane.start);
    for (long end = grid.firstEnd(pane.start); end <= last; end += grid.slideMillis()) {
      if (mayFireAgain(end)) {
        gather(end);
        begin(end);
        fold.fireOne(this, id, out);
      }
    }
  }

  @Override
  int paneCount() {
    return table.paneCount();
  }

  @Override
  long paneStart(int pane) {
    return table.pane(pane).start;
  }

  @Override
  void fireAll(long end, Output out) throws Exception {
    gather(end);
    fold.fireAll(this, out);
  }

  @Override
  void dropFirst() {
    table.dropFirst();
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

  /** Emits the result of the window that fires for a key. */
  void emit(int id, Object result, Output out) throws Exception {
    if (processes()) {
      process(table.key(id), table.hash(id), result);
    } else {
      emit(result, out);
    }
  }

  /** The failure of an aggregate on a window that fires. */
  Exception failed(int id, Throwable thrown) {
    return failed(table.key(id), thrown);
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
          refires = owner.refires(pane.start);
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
          refires = owner.refires(pane.start);
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
