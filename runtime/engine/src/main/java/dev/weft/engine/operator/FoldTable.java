package dev.weft.engine.operator;

import dev.weft.api.functions.KeySelector;
import dev.weft.api.graph.PrimitiveFold;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.ValueCodec;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.ChainSpec;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;

/**
 * The folds so far by key, in an open hash table with linear probing. What it holds is reserved:
 * the arrays exactly, keys and folds by the bytes that they take when they are written. Used by one
 * thread.
 */
final class FoldTable {
  private static final int CAPACITY_MIN = 1 << 10;

  /** Hash, key, fold and number of a slot. */
  private static final int SLOT_BYTES = 24;

  private static final int RESERVED_AT_ONCE = 64 << 10;

  /** Headers and references of a key and a fold with a few fields. */
  private static final int ENTRY_BYTES = 96;

  /** Bytes on the heap for each that is written. */
  private static final int BYTES_PER_WRITTEN = 2;

  private final MemoryPool pool;
  private final PrimitiveFold<Object> primitive;
  private final ValueCodec keyCodec;
  private final ValueCodec foldCodec;
  private final ByteSink written = new ByteSink(256);
  private final Locate locate;
  private long reserved;
  private long needed;
  private int size;

  /** Hashes by slot. */
  int[] hashes;

  /** Keys at even places, folds behind them; a slot without a key is free. */
  Object[] cells;

  /** Folds that are numbers, by slot; the cell holds the first record then. */
  long[] numbers;

  /** The slots of the rows located last; the complement for a row that began its slot. */
  int[] slots = new int[0];

  /**
   * An empty table for the input of an operator.
   *
   * @param primitive keeps folds as numbers; null when they are records
   */
  FoldTable(
      ChainSpec.OperatorSpec spec,
      KeySelector<?, ?> selector,
      PrimitiveFold<Object> primitive,
      MemoryPool pool) {
    this.pool = pool;
    this.primitive = primitive;
    this.keyCodec = ValueCodec.of(spec.key().keyType());
    this.foldCodec = ValueCodec.of(spec.inputType());
    this.locate = HiddenCopies.loop(MethodHandles.lookup(), LocateLoop.class, selector.getClass());
    this.reserved = RESERVED_AT_ONCE;
    pool.reserve(reserved);
    shrink();
  }

  int size() {
    return size;
  }

  /** How many slots there are, a power of two. */
  int capacity() {
    return hashes.length;
  }

  /** The fold in a slot, or null when the slot is free. */
  Object fold(int slot) {
    Object fold = cells[2 * slot + 1];
    return fold == null || primitive == null ? fold : primitive.end(fold, numbers[slot]);
  }

  /** The key in a slot, or null when the slot is free. */
  Object key(int slot) {
    return cells[2 * slot];
  }

  /**
   * Finds the slots of the rows of a batch; rows whose keys are not there begin theirs.
   *
   * @return false when the table holds more than there is room for and must be emptied
   */
  boolean locate(Object[] keys, int[] keyHashes, Object[] values, int rows) {
    while (2 * (size + rows) > hashes.length) {
      grow();
    }
    if (slots.length < rows) {
      slots = new int[rows];
    }
    locate.run(this, keys, keyHashes, values, rows);
    return reserveNeeded();
  }

  /** A row begins a slot. */
  void begin(int slot, Object key, int hash, Object value) {
    hashes[slot] = hash;
    cells[2 * slot] = key;
    cells[2 * slot + 1] = value;
    if (primitive != null) {
      numbers[slot] = primitive.begin(value);
    }
    size++;
    written.reset();
    keyCodec.write(key, written);
    foldCodec.write(value, written);
    needed += ENTRY_BYTES + (long) BYTES_PER_WRITTEN * written.position();
  }

  private boolean reserveNeeded() {
    long more = Math.max(needed - reserved, RESERVED_AT_ONCE);
    if (needed <= reserved) {
      return true;
    }
    if (!pool.tryReserve(more)) {
      return false;
    }
    reserved += more;
    return true;
  }

  private void grow() {
    int[] oldHashes = hashes;
    Object[] oldCells = cells;
    long[] oldNumbers = numbers;
    needed += (long) hashes.length * SLOT_BYTES;
    allocate(hashes.length * 2);
    int mask = hashes.length - 1;
    for (int old = 0; old < oldHashes.length; old++) {
      if (oldCells[2 * old] != null) {
        int slot = oldHashes[old] & mask;
        while (cells[2 * slot] != null) {
          slot = slot + 1 & mask;
        }
        hashes[slot] = oldHashes[old];
        cells[2 * slot] = oldCells[2 * old];
        cells[2 * slot + 1] = oldCells[2 * old + 1];
        numbers[slot] = oldNumbers[old];
      }
    }
  }

  private void allocate(int capacity) {
    hashes = new int[capacity];
    cells = new Object[2 * capacity];
    numbers = new long[capacity];
  }

  /** Forgets everything but the arrays, and gives back what the entries took. */
  void clear() {
    Arrays.fill(cells, null);
    size = 0;
    needed = (long) hashes.length * SLOT_BYTES;
    giveBack();
  }

  /** Forgets everything and gives back all but the least. */
  void shrink() {
    allocate(CAPACITY_MIN);
    size = 0;
    needed = (long) CAPACITY_MIN * SLOT_BYTES;
    giveBack();
  }

  private void giveBack() {
    long kept = Math.max(Math.min(needed, reserved), RESERVED_AT_ONCE);
    pool.release(reserved - kept);
    reserved = kept;
  }

  /** Finds the slots of rows. */
  interface Locate {
    /** Handles all rows. */
    void run(FoldTable table, Object[] keys, int[] keyHashes, Object[] values, int rows);
  }

  /**
   * First takes the key in the first slot that comes into question, for all rows: these loads do
   * not depend on each other, so the processor waits for many of them at once.
   */
  static final class LocateLoop implements Locate {
    @Override
    public void run(FoldTable table, Object[] keys, int[] keyHashes, Object[] values, int rows) {
      int[] hashes = table.hashes;
      Object[] cells = table.cells;
      Object[] candidates = new Object[rows]; // storing into an old array costs a fence
      int[] slots = table.slots;
      int mask = hashes.length - 1;
      for (int row = 0; row < rows; row++) {
        int slot = keyHashes[row] & mask;
        candidates[row] = hashes[slot] == keyHashes[row] ? cells[2 * slot] : null;
      }
      for (int row = 0; row < rows; row++) {
        int hash = keyHashes[row];
        Object key = keys[row];
        int slot = hash & mask;
        Object present = candidates[row];
        if (present == null || !present.equals(key)) {
          while ((present = cells[2 * slot]) != null) {
            if (hashes[slot] == hash && present.equals(key)) {
              break;
            }
            slot = slot + 1 & mask;
          }
          if (present == null) {
            table.begin(slot, key, hash, values[row]);
            slot = ~slot;
          }
        }
        slots[row] = slot;
      }
    }
  }
}
