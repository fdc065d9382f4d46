package dev.weft.engine.operator.window;

import dev.weft.api.graph.WindowOperation;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.Output;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.panes.PaneTable;
import dev.weft.engine.state.panes.StoredPanes;
import java.util.Arrays;

/** Windows from panes in a database, so that they may have more keys than fit into memory. */
final class StoredPaneWindowOperator extends AlignedWindowOperator {
  private StoredPanes panes;
  private StoredPanes.Pane[] paneOfRow = new StoredPanes.Pane[0];
  private byte[][] names = new byte[0][];

  StoredPaneWindowOperator(ChainSpec.OperatorSpec spec, WindowOperation<?, ?, ?> operation) {
    super(spec, operation);
  }

  @Override
  void openPanes(PaneTable.Layout layout) {
    panes = store.panes(layout);
  }

  @Override
  protected boolean selectsKeys() {
    return false;
  }

  @Override
  protected void processKeyed(int input, ObjectBatch batch, Output out) throws Exception {
    int size = batch.size();
    if (names.length < size) {
      names = new byte[size][];
      paneOfRow = new StoredPanes.Pane[size];
    }
    for (int row = 0; row < size; row++) {
      StoredPanes.Pane pane = paneOf(batch.value(row), batch.timestamp(row), out);
      paneOfRow[row] = pane;
      names[row] = pane == null ? null : panes.name(pane, keys[row], hashes[row]);
    }
    panes.expect(paneOfRow, names, hashes, size);
    for (int row = 0; row < size; row++) {
      if (paneOfRow[row] != null) {
        add(row, batch.value(row), batch.timestamp(row), out);
      }
    }
    Arrays.fill(names, 0, size, null);
    Arrays.fill(paneOfRow, 0, size, null);
  }

  /** The pane of a record, or null when it came too late. */
  private StoredPanes.Pane paneOf(Object value, long timestamp, Output out) {
    checkTimestamp(value, timestamp);
    long start = panes.startOf(timestamp);
    StoredPanes.Pane pane = panes.find(start);
    if (pane != null) {
      return pane;
    }
    return late(start, value, timestamp, out) ? null : panes.add(start);
  }

  private void add(int row, Object value, long timestamp, Output out) throws Exception {
    StoredPanes.Pane pane = paneOfRow[row];
    Object before = panes.read(pane, names[row], hashes[row]);
    Object after;
    try {
      after = aggregate.add(value, before == null ? aggregate.createAccumulator() : before);
    } catch (Throwable t) {
      throw site.atRecord(t, value, timestamp);
    }
    if (after == null) {
      throw nullAccumulator(value, timestamp);
    }
    panes.write(pane, names[row], hashes[row], after);
    if (refires(pane.start())) {
      refire(pane, keys[row], hashes[row], out);
    }
  }

  /** Fires, for one key, the windows of a pane that have fired before. */
  private void refire(StoredPanes.Pane pane, Object key, int hash, Output out) throws Exception {
    long last = grid.lastEnd(pane.start());
    for (long end = grid.firstEnd(pane.start()); end <= last; end += grid.slideMillis()) {
      if (mayFireAgain(end)) {
        begin(end);
        Object[] parts = panes.readAll(end - grid.sizeMillis(), end, key, hash);
        fire(key, hash, parts, parts.length, out);
      }
    }
  }

  @Override
  int paneCount() {
    return panes.paneCount();
  }

  @Override
  long paneStart(int pane) {
    return panes.pane(pane).start();
  }

  @Override
  void fireAll(long end, Output out) throws Exception {
    panes.forEach(
        end - grid.sizeMillis(),
        end,
        (key, hash, parts, count) -> fire(key, hash, parts, count, out));
  }

  private void fire(Object key, int hash, Object[] parts, int count, Output out) throws Exception {
    Object result;
    try {
      Object folded = parts[0];
      for (int i = 1; i < count; i++) {
        folded = aggregate.merge(folded, parts[i]);
      }
      result = aggregate.getResult(folded);
    } catch (Throwable t) {
      throw failed(key, t);
    }
    if (processes()) {
      process(key, hash, result);
    } else {
      emit(result, out);
    }
  }

  @Override
  void dropFirst() {
    panes.dropFirst();
  }
}
