package dev.weft.engine.spill;

import dev.weft.engine.memory.MemoryPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows in pages of reserved memory, in the order in which they came until they are sorted. A row
 * lies in one page; a row larger than a page has one of its own.
 */
final class RowPages {
  static final int PAGE_BYTES = 64 << 10;
  private static final int ROWS_MIN = 1 << 10;
  private static final int INDEX_BYTES = 2 * Long.BYTES;

  private final MemoryPool pool;
  private final List<byte[]> pages = new ArrayList<>();

  /** Where each row lies: the page, and the offset in it. */
  private long[] addresses = new long[0];

  /** The order of rows: hash and number of the row in its two halves. */
  private long[] order = new long[0];

  private long reserved;
  private int rows;
  private int page;
  private int used;

  /** Reserves for the first rows. */
  RowPages(MemoryPool pool) {
    this.pool = pool;
    growIndex(true);
    findRoom(PAGE_BYTES, true);
  }

  int size() {
    return rows;
  }

  /**
   * Adds a row.
   *
   * @param forced whether to fail when nothing more can be reserved
   * @return false when there is no room for it
   */
  boolean add(byte[] bytes, int length, boolean forced) {
    if (rows == order.length && !growIndex(forced) || !findRoom(length, forced)) {
      return false;
    }
    System.arraycopy(bytes, 0, pages.get(page), used, length);
    addresses[rows] = (long) page << 32 | used;
    // Signed order of the halves is the unsigned order of hashes, then that of arrival.
    order[rows] = (long) (RowBytes.intAt(bytes, 0) ^ Integer.MIN_VALUE) << 32 | rows;
    used += length;
    rows++;
    return true;
  }

  private boolean growIndex(boolean forced) {
    int capacity = rows == 0 ? ROWS_MIN : rows * 2;
    if (capacity < 0 || !reserve((long) (capacity - rows) * INDEX_BYTES, forced)) {
      return false;
    }
    addresses = Arrays.copyOf(addresses, capacity);
    order = Arrays.copyOf(order, capacity);
    return true;
  }

  private boolean findRoom(int length, boolean forced) {
    while (page < pages.size() && pages.get(page).length - used < length) {
      page++;
      used = 0;
    }
    if (page < pages.size()) {
      return true;
    }
    int bytes = Math.max(PAGE_BYTES, length);
    if (!reserve(bytes, forced)) {
      return false;
    }
    pages.add(new byte[bytes]);
    return true;
  }

  private boolean reserve(long bytes, boolean forced) {
    if (forced) {
      pool.reserve(bytes);
    } else if (!pool.tryReserve(bytes)) {
      return false;
    }
    reserved += bytes;
    return true;
  }

  /** Puts the rows in order and returns a cursor over them. */
  RowCursor sorted() {
    Arrays.sort(order, 0, rows);
    for (int from = 0; from < rows; ) {
      int to = from + 1;
      boolean inOrder = true;
      while (to < rows && order[to] >>> 32 == order[from] >>> 32) {
        inOrder &= compare(order[to - 1], order[to]) <= 0;
        to++;
      }
      if (!inOrder) {
        mergeSort(from, to);
      }
      from = to;
    }
    return new Cursor();
  }

  private int compare(long a, long b) {
    long rowA = addresses[(int) a];
    long rowB = addresses[(int) b];
    return RowBytes.compare(
        pages.get((int) (rowA >>> 32)), (int) rowA, pages.get((int) (rowB >>> 32)), (int) rowB);
  }

  /** Sorts rows of one hash by key and time; those that are equal stay as they are. */
  private void mergeSort(int from, int to) {
    long[] source = Arrays.copyOfRange(order, from, to);
    long[] target = new long[source.length];
    for (int width = 1; width < source.length; width *= 2) {
      for (int left = 0; left < source.length; left += 2 * width) {
        int middle = Math.min(left + width, source.length);
        merge(source, left, middle, Math.min(middle + width, source.length), target);
      }
      long[] swapped = source;
      source = target;
      target = swapped;
    }
    System.arraycopy(source, 0, order, from, source.length);
  }

  private void merge(long[] source, int left, int middle, int right, long[] target) {
    int a = left;
    int b = middle;
    for (int at = left; at < right; at++) {
      boolean takeLeft = a < middle && (b == right || compare(source[a], source[b]) <= 0);
      target[at] = takeLeft ? source[a++] : source[b++];
    }
  }

  /** Forgets the rows but keeps the memory for others. */
  void clear() {
    rows = 0;
    page = 0;
    used = 0;
  }

  /** Lets go of the memory, but stays the holder of so much of what is reserved. */
  void release(long kept) {
    clear();
    pages.clear();
    addresses = new long[0];
    order = new long[0];
    pool.release(reserved - kept);
    reserved = kept;
  }

  private final class Cursor extends RowCursor {
    private int at;

    @Override
    boolean next() {
      if (at == rows) {
        return false;
      }
      long address = addresses[(int) order[at++]];
      bytes = pages.get((int) (address >>> 32));
      start = (int) address;
      return true;
    }
  }
}
