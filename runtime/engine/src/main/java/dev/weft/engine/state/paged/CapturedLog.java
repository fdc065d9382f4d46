package dev.weft.engine.state.paged;

import static dev.weft.engine.state.paged.RowLog.offset;
import static dev.weft.engine.state.paged.RowLog.page;
import static dev.weft.engine.state.paged.RowLog.readInt;

/**
 * A part of a {@link RowLog} as it was.
 *
 * @param count how many pages are in use
 * @param firstPage the number of the first of them
 * @param from where it begins
 * @param end where it ends
 * @param live a bit for each address where a row began that counted; null when every row does that
 *     is not dead
 */
public record CapturedLog(
    byte[][] pages, int count, int firstPage, int from, int end, long[] live) {
  /** Goes through the rows that count. */
  public void forEachRow(RowLog.Visitor action) {
    scan(
        (page, at, address) -> {
          int size = readInt(page, at);
          if (size > 0 && (size & RowLog.REMOVED) == 0 && (live == null || isLive(address))) {
            action.visit(page, at);
          }
        });
  }

  private boolean isLive(int address) {
    return (live[address >>> 6] >>> address & 1) != 0;
  }

  /** Goes through the marks of removed keys, some of which may have come back. */
  public void forEachRemoved(RowLog.Visitor action) {
    scan(
        (page, at, address) -> {
          if ((readInt(page, at) & RowLog.REMOVED) != 0) {
            action.visit(page, at);
          }
        });
  }

  void scan(RowLog.Scan action) {
    for (int p = page(from); p < firstPage + count; p++) {
      byte[] page = pages[p - firstPage];
      int last = Math.min(page.length, endIn(p));
      int at = p == page(from) ? offset(from) : 0;
      while (at < last && readInt(page, at) != 0) {
        action.visit(page, at, (p << RowLog.PAGE_UNIT_BITS) + (at >>> RowLog.UNIT_BITS));
        at += readInt(page, at) & RowLog.SIZE_MASK;
      }
    }
  }

  private int endIn(int p) {
    return page(end) == p ? offset(end) : Integer.MAX_VALUE;
  }
}
