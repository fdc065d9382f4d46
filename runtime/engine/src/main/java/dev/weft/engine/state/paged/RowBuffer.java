package dev.weft.engine.state.paged;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Rows as bytes between the objects in use and a database: a log of pages and an index into it, so
 * that a garbage collector sees a few arrays, however many rows there are. What changes stays here
 * until there is much of it, and goes to the database in the order of hashes. When memory is short,
 * the oldest pages go; of their rows, those that were used meanwhile move to the end, as far as
 * time allows.
 *
 * <p>As long as no row had to go, what is not here is nowhere, and the database need not be asked.
 *
 * <p>A row is its size, its hash, the length of its name with flags, the length of its value, the
 * name and the value, rounded up to sixteen bytes. A row that is known not to exist has a value of
 * the length -1.
 */
public final class RowBuffer {
  private static final int HEADER_BYTES = 16;
  private static final int HASH_AT = 4;
  private static final int NAME_LENGTH_AT = 8;
  private static final int VALUE_LENGTH_AT = 12;

  /** The database does not know of it. */
  private static final int DIRTY = 1 << 31;

  /** The database may have a row of this name. */
  private static final int STORED = 1 << 30;

  /** It was found since it came to this place. */
  private static final int USED = 1 << 29;

  /** Another place took over. */
  private static final int DEAD = 1 << 28;

  private static final int LENGTH_MASK = DEAD - 1;

  private static final int UNIT_BITS = 4;
  private static final int PAGE_BITS_MIN = 10;
  private static final int PAGE_BITS_MAX = 16;
  private static final int PAGES_PER_BUFFER = 64;
  private static final int SLOTS_MIN = 64;

  /** How many rows may be ahead of the database: a barrier waits until they are written. */
  private static final int DIRTY_ROWS_MAX = 32 * 1024;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final Target target;
  private long bytesMax;
  private final int pageBits;
  private final int pageUnitBits;

  /** Pages by the lower bits of their numbers, which grow; the live ones follow each other. */
  private byte[][] pages = new byte[4][];

  private int[] ends = new int[4];
  private int firstPage;
  private int nextPage;
  private long pageBytes;

  /** By hash, with linear probing: the hash, and an address plus one; zero is free. */
  private long[] index = new long[SLOTS_MIN];

  private int size;
  private long[] dirty = new long[256];
  private int dirtyCount;
  private boolean complete = true;

  private byte[] foundPage;
  private int foundAt;

  /** Nobody reads it; without it the loads ahead would be optimised away. */
  private int touched;

  /** Where rows go that the database does not know of. */
  public interface Target {
    /** Takes a row; the arrays are used again. */
    void put(byte[] page, int nameAt, int nameLength, int valueAt, int valueLength);

    /** Takes the fact that there is no row. */
    void delete(byte[] page, int nameAt, int nameLength);

    /** What was taken must be there for reads from now on. */
    void flush();
  }

  /**
   * An empty buffer in front of an empty database.
   *
   * @param bytesMax how much memory rows and index take, but for a page
   */
  public RowBuffer(long bytesMax, Target target) {
    this.bytesMax = bytesMax;
    this.target = target;
    int bits = 63 - Long.numberOfLeadingZeros(Math.max(1, bytesMax / PAGES_PER_BUFFER));
    this.pageBits = Math.max(PAGE_BITS_MIN, Math.min(PAGE_BITS_MAX, bits));
    this.pageUnitBits = pageBits - UNIT_BITS;
  }

  /** Whether what is not here is not in the database either. */
  public boolean complete() {
    return complete;
  }

  /** The database has rows that were never here. */
  public void incomplete() {
    complete = false;
  }

  /** Loads what {@link #find} will look at: places in the index first, then rows. */
  public void touch(int[] hashes, int first, int end) {
    int found = 0;
    int mask = index.length - 1;
    for (int i = first; i < end; i++) {
      found += (int) index[hashes[i] & mask];
    }
    for (int i = first; i < end; i++) {
      long entry = index[hashes[i] & mask];
      if (entry != 0) {
        found += page((int) entry - 1)[offset((int) entry - 1)];
      }
    }
    touched = found;
  }

  /** Looks a row up. If there is one, the methods below tell its value until something changes. */
  public boolean find(int hash, byte[] name) {
    int slot = slotOf(hash, name);
    if (slot < 0) {
      return false;
    }
    int flags = readInt(foundPage, foundAt + NAME_LENGTH_AT);
    writeInt(foundPage, foundAt + NAME_LENGTH_AT, flags | USED);
    return true;
  }

  /** The array with the value of the row that was found. */
  public byte[] page() {
    return foundPage;
  }

  /** Where in it the value begins. */
  public int valueAt() {
    int nameLength = readInt(foundPage, foundAt + NAME_LENGTH_AT) & LENGTH_MASK;
    return foundAt + HEADER_BYTES + nameLength;
  }

  /** The length of the value; -1 when it is known that there is no row. */
  public int valueLength() {
    return readInt(foundPage, foundAt + VALUE_LENGTH_AT);
  }

  /** Takes in a row that the database has. It must not be here. */
  public void load(int hash, byte[] name, byte[] value) {
    makeRoom();
    append(hash, name, 0, name.length, value, 0, value.length, STORED);
  }

  /** Takes a row that the database is to have. */
  public void put(int hash, byte[] name, byte[] value, int length) {
    change(hash, name, value, length);
  }

  /** There is no row of this name any more; the database may have one. */
  public void remove(int hash, byte[] name) {
    change(hash, name, name, -1);
  }

  private void change(int hash, byte[] name, byte[] value, int length) {
    makeRoom();
    int slot = slotOf(hash, name);
    if (slot < 0) {
      boolean unknown = !complete || length < 0;
      append(hash, name, 0, name.length, value, 0, length, DIRTY | (unknown ? STORED : 0));
      return;
    }
    byte[] page = foundPage;
    int at = foundAt;
    int flags = readInt(page, at + NAME_LENGTH_AT);
    if (length < 0 && (flags & STORED) == 0) {
      kill(slot, page, at);
      return;
    }
    int room = readInt(page, at) - HEADER_BYTES - name.length;
    if (length > room) {
      kill(slot, page, at);
      append(hash, name, 0, name.length, value, 0, length, DIRTY | flags & STORED);
      return;
    }
    writeInt(page, at + VALUE_LENGTH_AT, length);
    if (length > 0) {
      System.arraycopy(value, 0, page, at + HEADER_BYTES + name.length, length);
    }
    if ((flags & DIRTY) == 0) {
      writeInt(page, at + NAME_LENGTH_AT, flags | DIRTY);
      becomesDirty(hash, (int) index[slot] - 1);
    }
  }

  private void kill(int slot, byte[] page, int at) {
    writeInt(page, at + NAME_LENGTH_AT, readInt(page, at + NAME_LENGTH_AT) | DEAD);
    free(slot);
  }

  private void becomesDirty(int hash, int address) {
    if (dirtyCount == dirty.length) {
      dirty = Arrays.copyOf(dirty, dirtyCount * 2);
    }
    // the order of unsigned hashes is the order of names
    dirty[dirtyCount++] = (long) (hash ^ Integer.MIN_VALUE) << 32 | address & 0xffff_ffffL;
    if (dirtyCount >= DIRTY_ROWS_MAX) {
      save();
    }
  }

  /** Gives the database everything that it does not know of, in the order of hashes. */
  public void save() {
    Arrays.sort(dirty, 0, dirtyCount);
    for (int i = 0; i < dirtyCount; i++) {
      byte[] page = page((int) dirty[i]);
      int at = offset((int) dirty[i]);
      int flags = readInt(page, at + NAME_LENGTH_AT);
      if ((flags & DEAD) != 0) {
        continue;
      }
      int nameLength = flags & LENGTH_MASK;
      int valueLength = readInt(page, at + VALUE_LENGTH_AT);
      if (valueLength < 0) {
        target.delete(page, at + HEADER_BYTES, nameLength);
        flags &= ~STORED;
      } else {
        int valueAt = at + HEADER_BYTES + nameLength;
        target.put(page, at + HEADER_BYTES, nameLength, valueAt, valueLength);
        flags |= STORED;
      }
      writeInt(page, at + NAME_LENGTH_AT, flags & ~DIRTY);
    }
    if (dirtyCount > 0) {
      dirtyCount = 0;
      target.flush();
    }
  }

  /** Changes how much memory rows and index take, which matters when the next row comes. */
  public void limit(long newBytesMax) {
    bytesMax = newBytesMax;
  }

  private long bytes() {
    return pageBytes + index.length * 8L;
  }

  private void makeRoom() {
    if (bytes() <= bytesMax || firstPage == nextPage) {
      return;
    }
    save();
    long bytesWanted = bytesMax - (bytesMax >> 4);
    long bytesToMove = bytesMax >> 5;
    while (bytes() > bytesWanted && firstPage != nextPage) {
      int slot = firstPage++ & pages.length - 1;
      byte[] page = pages[slot];
      int end = ends[slot];
      pages[slot] = null;
      pageBytes -= page.length;
      for (int at = 0; at < end; at += readInt(page, at)) {
        int flags = readInt(page, at + NAME_LENGTH_AT);
        if ((flags & DEAD) == 0) {
          int hash = readInt(page, at + HASH_AT);
          free(slotOfAddress(hash, address(firstPage - 1, at)));
          if ((flags & USED) != 0 && bytesToMove > 0) {
            bytesToMove -= readInt(page, at);
            int nameLength = flags & LENGTH_MASK;
            int nameAt = at + HEADER_BYTES;
            int valueLength = readInt(page, at + VALUE_LENGTH_AT);
            append(
                hash,
                page,
                nameAt,
                nameLength,
                page,
                nameAt + nameLength,
                valueLength,
                flags & STORED);
          } else {
            complete = false;
          }
        }
      }
    }
  }

  private void append(
      int hash,
      byte[] name,
      int nameAt,
      int nameLength,
      byte[] value,
      int valueAt,
      int valueLength,
      int flags) {
    long wanted = (long) HEADER_BYTES + nameLength + Math.max(0, valueLength);
    int bytes = (int) Math.min(Integer.MAX_VALUE - 16, wanted + 15 & -16);
    int slot = nextPage - 1 & pages.length - 1;
    if (firstPage == nextPage || pages[slot].length - ends[slot] < bytes) {
      addPage(Math.max(bytes, 1 << pageBits));
      slot = nextPage - 1 & pages.length - 1;
    }
    byte[] page = pages[slot];
    int at = ends[slot];
    ends[slot] += bytes;
    writeInt(page, at, bytes);
    writeInt(page, at + HASH_AT, hash);
    writeInt(page, at + NAME_LENGTH_AT, nameLength | flags);
    writeInt(page, at + VALUE_LENGTH_AT, valueLength);
    System.arraycopy(name, nameAt, page, at + HEADER_BYTES, nameLength);
    if (valueLength > 0) {
      System.arraycopy(value, valueAt, page, at + HEADER_BYTES + nameLength, valueLength);
    }
    int address = address(nextPage - 1, at);
    if (size >= index.length - (index.length >>> 2)) {
      grow();
    }
    place(index, (long) hash << 32 | address + 1 & 0xffff_ffffL);
    size++;
    if ((flags & DIRTY) != 0) {
      becomesDirty(hash, address);
    }
  }

  private void addPage(int bytes) {
    if (nextPage - firstPage == pages.length) {
      byte[][] wider = new byte[pages.length * 2][];
      int[] widerEnds = new int[wider.length];
      for (int number = firstPage; number != nextPage; number++) {
        wider[number & wider.length - 1] = pages[number & pages.length - 1];
        widerEnds[number & wider.length - 1] = ends[number & pages.length - 1];
      }
      pages = wider;
      ends = widerEnds;
    }
    int slot = nextPage++ & pages.length - 1;
    pages[slot] = new byte[bytes];
    ends[slot] = 0;
    pageBytes += bytes;
  }

  private int address(int pageNumber, int at) {
    return pageNumber << pageUnitBits | at >>> UNIT_BITS;
  }

  private byte[] page(int address) {
    return pages[address >>> pageUnitBits & pages.length - 1];
  }

  private int offset(int address) {
    return (address & (1 << pageUnitBits) - 1) << UNIT_BITS;
  }

  /** The slot of a name, whose row is found then; or -1. */
  private int slotOf(int hash, byte[] name) {
    int mask = index.length - 1;
    for (int slot = hash & mask; index[slot] != 0; slot = slot + 1 & mask) {
      long entry = index[slot];
      if ((int) (entry >>> 32) == hash) {
        byte[] page = page((int) entry - 1);
        int at = offset((int) entry - 1);
        int nameLength = readInt(page, at + NAME_LENGTH_AT) & LENGTH_MASK;
        int nameAt = at + HEADER_BYTES;
        if (nameLength == name.length
            && Arrays.equals(page, nameAt, nameAt + nameLength, name, 0, nameLength)) {
          foundPage = page;
          foundAt = at;
          return slot;
        }
      }
    }
    return -1;
  }

  private int slotOfAddress(int hash, int address) {
    int mask = index.length - 1;
    int slot = hash & mask;
    while ((int) index[slot] != address + 1) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private static void place(long[] table, long entry) {
    int mask = table.length - 1;
    int slot = (int) (entry >>> 32) & mask;
    while (table[slot] != 0) {
      slot = slot + 1 & mask;
    }
    table[slot] = entry;
  }

  private void grow() {
    long[] wider = new long[index.length * 2];
    for (long entry : index) {
      if (entry != 0) {
        place(wider, entry);
      }
    }
    index = wider;
  }

  /** Frees a slot, and moves later ones of the run back, so that there are no tombstones. */
  private void free(int slot) {
    int mask = index.length - 1;
    int hole = slot;
    for (int i = hole + 1 & mask; index[i] != 0; i = i + 1 & mask) {
      int home = (int) (index[i] >>> 32) & mask;
      if ((i - home & mask) >= (i - hole & mask)) {
        index[hole] = index[i];
        hole = i;
      }
    }
    index[hole] = 0;
    size--;
  }

  /** Forgets everything, also what the database does not know of. */
  public void clear() {
    Arrays.fill(pages, null);
    firstPage = nextPage;
    pageBytes = 0;
    index = new long[SLOTS_MIN];
    size = 0;
    dirtyCount = 0;
    foundPage = null;
  }

  private static int readInt(byte[] page, int at) {
    return (int) INTS.get(page, at);
  }

  private static void writeInt(byte[] page, int at, int value) {
    INTS.set(page, at, value);
  }
}
