package dev.weft.engine.state.paged;

import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.batch.ColumnCodec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The rows of one key group as bytes: a log of pages that only grows, and an index of the rows that
 * count. A garbage collector sees a few arrays, however many rows there are.
 *
 * <p>What was there when the log was {@link #fix() fixed} never changes: a row from before is
 * replaced by one at the end. So a frozen state reads the pages while the log goes on, and what
 * changed since a checkpoint is what lies behind the place where the log ended then. A removed key
 * leaves a mark behind. When more than a third of the log is of no use, it is written anew.
 *
 * <p>A row is its size with flags, its hash, the length of its key, the number of its columns, the
 * key, and each column's length and bytes, all rounded up to eight bytes. A column that is not
 * there has the length -1.
 */
public final class RowLog {
  /** Bytes of a row before its key. */
  public static final int HEADER_BYTES = 16;

  /** Where the hash is. */
  public static final int HASH_AT = 4;

  /** Where the length of the key is. */
  public static final int KEY_LENGTH_AT = 8;

  /** Where the number of columns is. */
  public static final int COLUMNS_AT = 12;

  /** A row of the same log took its place. */
  static final int DEAD = 1 << 31;

  /** Not a row but the mark of a removed key. */
  static final int REMOVED = 1 << 30;

  static final int SIZE_MASK = REMOVED - 1;

  static final int UNIT_BITS = 3;
  private static final int PAGE_BYTES_MAX = PageStock.PAGE_BYTES;
  private static final int PAGE_BYTES_MIN = 1 << 10;
  static final int PAGE_UNIT_BITS = Integer.numberOfTrailingZeros(PAGE_BYTES_MAX) - UNIT_BITS;

  /** Addresses have 32 bits, and one behind the last page is needed. */
  private static final int PAGES_MAX = (1 << Integer.SIZE - PAGE_UNIT_BITS) - 1;

  private static final int ROW_BYTES_MAX = SIZE_MASK & ~7;
  private static final int SLOTS_MAX = 1 << 30;
  private static final String ELSEWHERE =
      "use state.backend.type: rocksdb or more key groups (pipeline.max-parallelism)";
  private static final int SLOTS_MIN = 16;
  private static final int CACHE_LINE_BYTES = 64;
  private static final int BYTES_TOUCHED_MAX = 4 * CACHE_LINE_BYTES;
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final Generation generation;
  private final int pagesMax;
  private byte[][] pages = new byte[4][];
  private int pageCount;
  private int used;
  private int fixedEnd;

  /** The first of the pages that the last frozen state held. */
  private int heldFrom = Integer.MAX_VALUE;

  private long[] index;
  private int size;
  private long totalBytes;
  private long liveBytes;

  /** Bytes of marks that the log began with when it was last written anew. */
  private long keptMarks;

  private long reserved;

  /** How long rows are, by the last one: to read that in each row would be to wait for it. */
  private int bytesTouched = CACHE_LINE_BYTES;

  /** An empty log. */
  public RowLog(Generation generation) {
    this(generation, PAGES_MAX);
  }

  /** An empty log that has so many pages at most. */
  RowLog(Generation generation, int pagesMax) {
    this.generation = generation;
    this.pagesMax = pagesMax;
    reserve(SLOTS_MIN * 8L);
    this.index = new long[SLOTS_MIN];
  }

  private void reserve(long bytes) {
    generation.reserve(bytes);
    reserved += bytes;
  }

  private void release(long bytes) {
    generation.release(bytes);
    reserved -= bytes;
  }

  /** How many rows count. */
  public int size() {
    return size;
  }

  /** Four bytes of a page. */
  public static int readInt(byte[] page, int at) {
    return (int) INTS.get(page, at);
  }

  /** The page of an address. */
  static int page(int address) {
    return address >>> PAGE_UNIT_BITS;
  }

  /** Where in its page an address is. */
  static int offset(int address) {
    return (address & (1 << PAGE_UNIT_BITS) - 1) << UNIT_BITS;
  }

  /** The key of a row. */
  public static Object keyOf(ColumnCodec codec, byte[] page, int at) {
    int begin = at + HEADER_BYTES;
    int end = begin + readInt(page, at + KEY_LENGTH_AT);
    return codec.readValue(new ByteSource(page, begin, end));
  }

  /** Where the length of a column of a row is, or -1 when the row was written without it. */
  public static int columnAt(byte[] page, int rowAt, int offset) {
    if (offset > readInt(page, rowAt + COLUMNS_AT)) {
      return -1;
    }
    int at = rowAt + HEADER_BYTES + readInt(page, rowAt + KEY_LENGTH_AT);
    for (int i = 1; i < offset; i++) {
      at += Integer.BYTES + Math.max(0, readInt(page, at));
    }
    return at;
  }

  /** How many slots there are. */
  public int capacity() {
    return index.length;
  }

  /** Whether a slot has a row. */
  public boolean isRow(int slot) {
    return index[slot] != 0;
  }

  /** The page of the row of a slot. */
  public byte[] pageOf(int slot) {
    return pages[page(address(slot))];
  }

  /** Where in its page the row of a slot begins. */
  public int offsetOf(int slot) {
    return offset(address(slot));
  }

  private int address(int slot) {
    return (int) index[slot] - 1;
  }

  /** Loads the place in the index where a search for a hash begins. */
  public int touchIndex(int hash) {
    return (int) index[hash & index.length - 1];
  }

  /**
   * Loads the first row with a hash: one byte of each cache line that it is likely to have. Its
   * place in the index should have been loaded before.
   */
  public int touchRow(int hash) {
    int mask = index.length - 1;
    int slot = hash & mask;
    long entry = index[slot];
    while ((int) (entry >>> 32) != hash && entry != 0) {
      slot = slot + 1 & mask;
      entry = index[slot];
    }
    if (entry == 0) {
      return 0;
    }
    byte[] page = pages[page((int) entry - 1)];
    int at = offset((int) entry - 1);
    int last = Math.min(at + bytesTouched, page.length) - 1;
    int sum = page[last];
    for (int line = at; line < last; line += CACHE_LINE_BYTES) {
      sum += page[line];
    }
    return sum;
  }

  /** The slot of a key, or -1. */
  public int find(int hash, byte[] key, int length) {
    return find(index, pages, hash, key, 0, length);
  }

  private static int find(
      long[] index, byte[][] pages, int hash, byte[] key, int keyAt, int length) {
    int mask = index.length - 1;
    for (int slot = hash & mask; ; slot = slot + 1 & mask) {
      long entry = index[slot];
      if (entry == 0) {
        return -1;
      }
      if ((int) (entry >>> 32) == hash) {
        int address = (int) entry - 1;
        byte[] page = pages[page(address)];
        int at = offset(address);
        if (readInt(page, at + KEY_LENGTH_AT) == length
            && equal(page, at + HEADER_BYTES, key, keyAt, length)) {
          return slot;
        }
      }
    }
  }

  private static boolean equal(byte[] page, int at, byte[] key, int keyAt, int length) {
    return length == Long.BYTES
        ? (long) LONGS.get(page, at) == (long) LONGS.get(key, keyAt)
        : Arrays.equals(page, at, at + length, key, keyAt, keyAt + length);
  }

  /** Where the next row begins, at the earliest. */
  public int end() {
    if (pageCount == 0) {
      return 0;
    }
    // a page beyond the usual size holds one row only
    return used >= PAGE_BYTES_MAX
        ? pageCount << PAGE_UNIT_BITS
        : (pageCount - 1 << PAGE_UNIT_BITS) + (used >>> UNIT_BITS);
  }

  /** Nothing of what is there changes from now on. */
  public void fix() {
    fixedEnd = end();
  }

  private boolean isFixed(int address) {
    return Integer.compareUnsigned(address, fixedEnd) < 0;
  }

  /**
   * Puts a row in the place of another, or adds it.
   *
   * @param found the slot of its key, or -1
   * @param row the row; its size is set here
   */
  public void put(int found, int hash, ByteSink row) {
    int length = row.position();
    if (length > ROW_BYTES_MAX) {
      throw generation.outgrown(
          "A key has a row of " + length + " bytes, of which the heap takes " + ROW_BYTES_MAX);
    }
    int padded = length + 7 & ~7;
    row.putInt(0, padded);
    if (found < 0) {
      insert(hash, append(row.array(), 0, length, padded));
      return;
    }
    int address = address(found);
    byte[] page = pages[page(address)];
    int at = offset(address);
    int before = readInt(page, at);
    if (before == padded && Arrays.equals(page, at, at + length, row.array(), 0, length)) {
      return;
    }
    if (isFixed(address)) {
      liveBytes -= before;
    } else if (before == padded) {
      System.arraycopy(row.array(), 0, page, at, length);
      Arrays.fill(page, at + length, at + padded, (byte) 0);
      return;
    } else {
      INTS.set(page, at, before | DEAD);
      liveBytes -= before;
    }
    int moved = append(row.array(), 0, length, padded);
    index[found] = (long) hash << 32 | moved + 1 & 0xffff_ffffL;
  }

  private int append(byte[] source, int from, int length, int padded) {
    if (pageCount == 0 || pages[pageCount - 1].length - used < padded) {
      addPage(padded);
    }
    byte[] page = pages[pageCount - 1];
    System.arraycopy(source, from, page, used, length);
    int address = (pageCount - 1 << PAGE_UNIT_BITS) + (used >>> UNIT_BITS);
    bytesTouched = Math.min(padded, BYTES_TOUCHED_MAX);
    used += padded;
    totalBytes += padded;
    liveBytes += padded;
    return address;
  }

  private void addPage(int padded) {
    if (pageCount == pagesMax) {
      throw generation.outgrown(
          "A key group has more than "
              + pagesMax
              + " pages of 64 KiB on the heap, of which a larger row takes one; "
              + ELSEWHERE);
    }
    int wanted = PAGE_BYTES_MIN;
    while (wanted < totalBytes && wanted < PAGE_BYTES_MAX) {
      wanted <<= 1;
    }
    wanted = Math.max(wanted, padded);
    byte[] next = newPage(wanted);
    if (pageCount > 0 && used < pages[pageCount - 1].length) {
      INTS.set(pages[pageCount - 1], used, 0); // what lies behind may be of former rows
    }
    if (pageCount == pages.length) {
      pages = Arrays.copyOf(pages, pageCount * 2);
    }
    pages[pageCount++] = next;
    used = 0;
  }

  private byte[] newPage(int bytes) {
    if (bytes == PAGE_BYTES_MAX) {
      byte[] page = generation.pages().take();
      reserved += bytes;
      return page;
    }
    reserve(bytes);
    return new byte[bytes];
  }

  /** Gives a page back that a frozen state may hold. */
  private void giveBack(byte[] page) {
    reserved -= page.length;
    if (page.length == PAGE_BYTES_MAX) {
      generation.pages().giveBack(page);
    } else {
      generation.releaseHeld(page.length);
    }
  }

  private void insert(int hash, int address) {
    if (size >= index.length * 5L >>> 3) {
      grow();
    }
    size++;
    LogIndex.place(index, (long) hash << 32 | address + 1 & 0xffff_ffffL);
  }

  private void grow() {
    if (index.length == SLOTS_MAX) {
      throw generation.outgrown(
          "A key group has " + size + " keys, which is all that the heap takes; " + ELSEWHERE);
    }
    reserve(index.length * 16L);
    long[] twice = new long[index.length * 2];
    for (long entry : index) {
      if (entry != 0) {
        LogIndex.place(twice, entry);
      }
    }
    release(index.length * 8L);
    index = twice;
  }

  /**
   * Removes a row.
   *
   * @param marked whether a mark stays behind, for checkpoints that may hold the key
   */
  public void remove(int slot, boolean marked) {
    int address = address(slot);
    byte[] page = pages[page(address)];
    int at = offset(address);
    int before = readInt(page, at);
    liveBytes -= before;
    if (!isFixed(address)) {
      INTS.set(page, at, before | DEAD);
    }
    if (marked) {
      int length = HEADER_BYTES + readInt(page, at + KEY_LENGTH_AT);
      int padded = length + 7 & ~7;
      int mark = append(page, at, length, padded);
      liveBytes -= padded;
      INTS.set(pages[page(mark)], offset(mark), padded | REMOVED);
    }
    LogIndex.free(index, slot);
    size--;
  }

  /**
   * Whether so much of the log is of no use that it should be written anew. While a frozen state
   * holds it that would not free much.
   */
  public boolean wasteful() {
    boolean held = heldFrom != Integer.MAX_VALUE && generation.frozen();
    long limit = held ? liveBytes : liveBytes >> 1;
    return totalBytes - liveBytes - keptMarks > limit + 2 * PAGE_BYTES_MIN;
  }

  /**
   * Writes the log anew, with the rows that count and the marks from an address on, in their order:
   * what lay behind a place still does. Slots stay what they are.
   *
   * @param places addresses that grow, where logs ended that increments may continue; they become
   *     the addresses of the same places in the new log
   */
  public void rewrite(int marksFrom, int[] places) {
    CapturedLog old = new CapturedLog(pages, pageCount, 0, 0, end(), null);
    long[] marks = lastMarks(old, marksFrom);
    int fixed = places.length == 0 ? 0 : fixedEnd;
    heldFrom = Integer.MAX_VALUE;
    pages = new byte[4][];
    pageCount = 0;
    used = 0;
    fixedEnd = -1;
    totalBytes = 0;
    liveBytes = 0;
    keptMarks = 0;
    Move move = new Move(marks, generation.pages().zeros(index.length), fixed, places);
    old.scan(move);
    move.end();
    System.arraycopy(move.moved, 0, index, 0, index.length);
    for (int i = 0; i < old.count(); i++) {
      giveBack(old.pages()[i]);
    }
  }

  /** Takes what counts of an old log to the end of the new one. */
  private final class Move implements Scan {
    private final long[] marks;
    private final long[] moved;
    private final int fixed;
    private final int[] places;
    private int nextPlace;

    /**
     * A move of everything.
     *
     * @param marks that count, by their addresses
     * @param moved takes the index of the new log
     * @param fixed where what is fixed ends
     */
    Move(long[] marks, long[] moved, int fixed, int[] places) {
      this.marks = marks;
      this.moved = moved;
      this.fixed = fixed;
      this.places = places;
    }

    @Override
    public void visit(byte[] page, int at, int address) {
      while (nextPlace < places.length
          && Integer.compareUnsigned(places[nextPlace], address) <= 0) {
        places[nextPlace++] = RowLog.this.end();
      }
      if (fixedEnd == -1 && Integer.compareUnsigned(fixed, address) <= 0) {
        fixedEnd = RowLog.this.end();
      }
      int padded = readInt(page, at);
      if (padded < 0) {
        return;
      }
      long hash = (long) readInt(page, at + HASH_AT) << 32;
      if ((padded & REMOVED) == 0) {
        int slot = LogIndex.slotOf(index, hash | address + 1 & 0xffff_ffffL);
        if (slot >= 0) {
          moved[slot] = hash | append(page, at, padded, padded) + 1 & 0xffff_ffffL;
        }
      } else if (LogIndex.slotOf(marks, hash | address + 1 & 0xffff_ffffL) >= 0) {
        int size = padded & SIZE_MASK;
        append(page, at, size, size);
        liveBytes -= size;
        keptMarks += size;
      }
    }

    /** Everything was visited. */
    void end() {
      while (nextPlace < places.length) {
        places[nextPlace++] = RowLog.this.end();
      }
      if (fixedEnd == -1) {
        fixedEnd = RowLog.this.end();
      }
    }
  }

  /** An index of the last mark of each key that did not come back. */
  private long[] lastMarks(CapturedLog old, int from) {
    CapturedLog part = new CapturedLog(pages, pageCount, 0, from, old.end(), null);
    int[] count = new int[1];
    part.forEachRemoved((page, at) -> count[0]++);
    long[] marks = new long[Math.max(SLOTS_MIN, Integer.highestOneBit(count[0] + 1) * 4)];
    part.scan(
        (page, at, address) -> {
          if ((readInt(page, at) & REMOVED) == 0) {
            return;
          }
          int hash = readInt(page, at + HASH_AT);
          int length = readInt(page, at + KEY_LENGTH_AT);
          int keyAt = at + HEADER_BYTES;
          if (find(index, pages, hash, page, keyAt, length) < 0) {
            long mark = (long) hash << 32 | address + 1 & 0xffff_ffffL;
            int earlier = find(marks, pages, hash, page, keyAt, length);
            if (earlier < 0) {
              LogIndex.place(marks, mark);
            } else {
              marks[earlier] = mark;
            }
          }
        });
    return marks;
  }

  /** Goes through the rows that count. */
  public void forEach(Visitor action) {
    for (long entry : index) {
      if (entry != 0) {
        action.visit(pages[page((int) entry - 1)], offset((int) entry - 1));
      }
    }
  }

  /** Gives all memory back. */
  public void discard() {
    for (int i = 0; i < pageCount; i++) {
      giveBack(pages[i]);
    }
    release(reserved);
  }

  /**
   * Holds on to what is there.
   *
   * @param from where what is wanted begins
   * @param older whether older rows of the same keys may lie behind that place
   */
  public CapturedLog capture(int from, boolean older) {
    heldFrom = older ? 0 : Math.min(page(from), pageCount);
    return new CapturedLog(
        Arrays.copyOfRange(pages, heldFrom, pageCount),
        pageCount - heldFrom,
        heldFrom,
        from,
        end(),
        older ? live() : null);
  }

  private long[] live() {
    long[] live = new long[Math.multiplyExact(pageCount, 1 << PAGE_UNIT_BITS - 6)];
    generation.reserveCopy(live.length * 8L);
    for (long entry : index) {
      if (entry != 0) {
        int address = (int) entry - 1;
        live[address >>> 6] |= 1L << address;
      }
    }
    return live;
  }

  /** Takes a row. */
  public interface Visitor {
    /** A row begins here. */
    void visit(byte[] page, int at);
  }

  /** Takes what lies in a log, of any kind, with its address. */
  interface Scan {
    /** Something begins here. */
    void visit(byte[] page, int at, int address);
  }
}
