package dev.weft.engine.operator.window;

import dev.weft.api.windowing.windows.TimeWindow;
import dev.weft.api.windowing.windows.Window;
import dev.weft.engine.batch.ColumnCodec;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.panes.Pane;
import dev.weft.engine.state.panes.PaneTable;
import dev.weft.engine.state.panes.StoredPanes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;

/** Windows that are put together from panes, window by window. */
abstract sealed class PaneWindows implements SavedWindows.Walk {
  private final StateStore store;
  private final PaneGrid grid;
  private final long watermark;
  private Iterator<Long> ends;
  private long end;
  Object key;
  int hash;
  List<Object> parts;

  PaneWindows(StateStore store, PaneGrid grid, long watermark) {
    this.store = store;
    this.grid = grid;
    this.watermark = watermark;
  }

  /** The starts of all panes. */
  abstract List<Long> starts();

  /** A window begins. */
  abstract void begin(long from, long to) throws Exception;

  /** Goes to the window's next key; false after the last. */
  abstract boolean nextKey() throws Exception;

  /**
   * The ends of all windows of which there is a pane. Of one that has fired the first panes may be
   * gone, unless it consists of one.
   */
  private Iterator<Long> ends() {
    TreeSet<Long> found = new TreeSet<>();
    boolean apart = grid.sizeMillis() == grid.slideMillis();
    for (long start : starts()) {
      long last = grid.lastEnd(start);
      for (long each = grid.firstEnd(start); each <= last; each += grid.slideMillis()) {
        if (apart || each - 1 > watermark) {
          found.add(each);
        }
      }
    }
    return found.iterator();
  }

  @Override
  public final boolean next() throws Exception {
    boolean begun = ends != null;
    if (!begun) {
      ends = ends();
    }
    while (!begun || !nextKey()) {
      if (!ends.hasNext()) {
        store.selectNoKey();
        return false;
      }
      end = ends.next();
      begin(end - grid.sizeMillis(), end);
      begun = true;
    }
    store.selectKey(key, hash);
    return true;
  }

  @Override
  public final Object key() {
    return key;
  }

  @Override
  public final Window window() {
    return new TimeWindow(end - grid.sizeMillis(), end);
  }

  @Override
  public final List<Object> content() {
    return parts;
  }

  /** From panes in memory. */
  static final class InMemory extends PaneWindows {
    private final PaneTable table;
    private final ColumnCodec codec;
    private final List<Pane> panes = new ArrayList<>();
    private int id;
    private int idEnd;

    InMemory(StateStore store, PaneTable table, PaneGrid grid, long watermark) {
      super(store, grid, watermark);
      this.table = table;
      this.codec = table.codec();
    }

    @Override
    List<Long> starts() {
      List<Long> starts = new ArrayList<>();
      for (int i = 0; i < table.paneCount(); i++) {
        starts.add(table.pane(i).start);
      }
      return starts;
    }

    @Override
    void begin(long from, long to) {
      panes.clear();
      id = -1;
      idEnd = 0;
      for (int i = 0; i < table.paneCount(); i++) {
        Pane pane = table.pane(i);
        if (pane.start >= from && pane.start < to) {
          panes.add(pane);
          idEnd = Math.max(idEnd, pane.words() * Long.SIZE);
        }
      }
    }

    /** Accumulators that can change are copied: windows share panes. */
    @Override
    boolean nextKey() {
      List<Object> found = new ArrayList<>();
      while (found.isEmpty() && ++id < idEnd) {
        for (Pane pane : panes) {
          if (pane.has(id)) {
            Object value = pane.value(id);
            found.add(codec.immutable() ? value : codec.copy(value));
          }
        }
      }
      if (found.isEmpty()) {
        return false;
      }
      key = table.key(id);
      hash = table.hash(id);
      parts = found;
      return true;
    }
  }

  /** From panes in a database, of which a window of a key group is in memory at a time. */
  static final class Stored extends PaneWindows {
    private final StoredPanes panes;
    private final KeyGroups.Range groups;
    private final Deque<Found> waiting = new ArrayDeque<>();
    private long from;
    private long to;
    private int group;

    private record Found(Object key, int hash, List<Object> parts) {}

    Stored(
        StateStore store,
        StoredPanes panes,
        KeyGroups.Range groups,
        PaneGrid grid,
        long watermark) {
      super(store, grid, watermark);
      this.panes = panes;
      this.groups = groups;
    }

    @Override
    List<Long> starts() {
      List<Long> starts = new ArrayList<>();
      for (int i = 0; i < panes.paneCount(); i++) {
        starts.add(panes.pane(i).start());
      }
      return starts;
    }

    @Override
    void begin(long newFrom, long newTo) {
      from = newFrom;
      to = newTo;
      group = groups.first();
    }

    @Override
    boolean nextKey() throws Exception {
      while (waiting.isEmpty() && group < groups.end()) {
        panes.forEach(
            new KeyGroups.Range(group, ++group, groups.maxParallelism()),
            from,
            to,
            (each, eachHash, found, count) ->
                waiting.add(
                    new Found(
                        each, eachHash, new ArrayList<>(Arrays.asList(found).subList(0, count)))));
      }
      Found next = waiting.poll();
      if (next == null) {
        return false;
      }
      key = next.key;
      hash = next.hash;
      parts = next.parts;
      return true;
    }
  }
}
