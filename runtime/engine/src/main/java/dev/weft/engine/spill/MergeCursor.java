package dev.weft.engine.spill;

import java.util.List;

/**
 * The rows of several cursors in one order; of rows that are equal, those of the earlier cursor
 * first. A binary heap of cursors.
 */
final class MergeCursor extends RowCursor {
  private final List<? extends RowCursor> sources;
  private final RowCursor[] heap;
  private final int[] ranks;
  private int size;
  private boolean begun;

  MergeCursor(List<? extends RowCursor> sources) {
    this.sources = sources;
    this.heap = new RowCursor[sources.size()];
    this.ranks = new int[sources.size()];
  }

  @Override
  boolean next() {
    if (!begun) {
      begun = true;
      begin();
    } else if (heap[0].next()) {
      siftDown(0);
    } else {
      size--;
      heap[0] = heap[size];
      ranks[0] = ranks[size];
      heap[size] = null;
      siftDown(0);
    }
    if (size == 0) {
      return false;
    }
    bytes = heap[0].bytes;
    start = heap[0].start;
    return true;
  }

  /** Which source the present row comes from. */
  int source() {
    return ranks[0];
  }

  private void begin() {
    for (int rank = 0; rank < sources.size(); rank++) {
      if (sources.get(rank).next()) {
        heap[size] = sources.get(rank);
        ranks[size++] = rank;
      }
    }
    for (int at = size / 2 - 1; at >= 0; at--) {
      siftDown(at);
    }
  }

  private void siftDown(int from) {
    RowCursor moved = heap[from];
    int rank = ranks[from];
    int at = from;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size
          && before(heap[child + 1], ranks[child + 1], heap[child], ranks[child])) {
        child++;
      }
      if (!before(heap[child], ranks[child], moved, rank)) {
        break;
      }
      heap[at] = heap[child];
      ranks[at] = ranks[child];
      at = child;
    }
    heap[at] = moved;
    ranks[at] = rank;
  }

  private static boolean before(RowCursor a, int rankA, RowCursor b, int rankB) {
    int order = a.compareTo(b);
    return order < 0 || order == 0 && rankA < rankB;
  }

  @Override
  public void close() {
    sources.forEach(RowCursor::close);
  }
}
