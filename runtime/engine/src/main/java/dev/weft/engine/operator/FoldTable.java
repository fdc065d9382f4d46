package dev.weft.engine.operator;

import dev.weft.api.functions.KeySelector;
import dev.weft.api.graph.PrimitiveFold;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.ValueCodec;
import dev.weft.engine.memory.MemoryPool;
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

  /** Nobody reads it; without it the loads ahead would be optimised away. */
  int touched;

  /** Keys by slot; a slot without a key is free. */
  Object[] keys;

  /** Folds by slot; the first records where folds are numbers. */
  Object[] folds;

  /** The hash of a slot's key at an even place, and behind it the fold that is a number. */
  long[] numbers;

  /** The slots of the rows located last; the complement for a row that began its slot. */
  int[] slots = new int[0];

  /**
   * An empty table.
   *
   * @param selector of the keys, whose class tells tables of different keys apart
   * @param primitive keeps folds as numbers; null when they are records
   */
  FoldTable(
      TypeInformation<?> keyType,
      TypeInformation<?> foldType,
      KeySelector<?, ?> selector,
      PrimitiveFold<Object> primitive,
      MemoryPool pool) {
    this.pool = pool;
    this.primitive = primitive;
    this.keyCodec = ValueCodec.of(keyType);
    this.foldCodec = ValueCodec.of(foldType);
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
    return keys.length;
  }

  /** The fold in a slot, or null when the slot is free. */
  Object fold(int slot) {
    Object fold = folds[slot];
    return fold == null || primitive == null ? fold : primitive.end(fold, numbers[2 * slot + 1]);
  }

  /** The key in a slot, or null when the slot is free. */
  Object key(int slot) {
    return keys[slot];
  }

  /** The hash of the key in a slot. */
  int hash(int slot) {
    return (int) numbers[2 * slot];
  }

  /**
   * Finds the slots of the rows of a batch; rows whose keys are not there begin theirs.
   *
   * @return false when the table holds more than there is room for and must be emptied
   */
  boolean locate(Object[] rowKeys, int[] hashes, Object[] values, int rows) {
    while (2 * (size + rows) > keys.length) {
      grow();
    }
    if (slots.length < rows) {
      slots = new int[rows];
    }
    locate.run(this, rowKeys, hashes, values, rows);
    return reserveNeeded();
  }

  /** A row begins a slot. */
  void begin(int slot, Object key, int hash, Object value) {
    keys[slot] = key;
    folds[slot] = value;
    numbers[2 * slot] = hash;
    if (primitive != null) {
      numbers[2 * slot + 1] = primitive.begin(value);
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
    Object[] oldKeys = keys;
    Object[] oldFolds = folds;
    long[] oldNumbers = numbers;
    needed += (long) keys.length * SLOT_BYTES;
    allocate(keys.length * 2);
    int mask = keys.length - 1;
    for (int old = 0; old < oldKeys.length; old++) {
      if (oldKeys[old] != null) {
        int slot = (int) oldNumbers[2 * old] & mask;
        while (keys[slot] != null) {
          slot = slot + 1 & mask;
        }
        keys[slot] = oldKeys[old];
        folds[slot] = oldFolds[old];
        numbers[2 * slot] = oldNumbers[2 * old];
        numbers[2 * slot + 1] = oldNumbers[2 * old + 1];
      }
    }
  }

  private void allocate(int capacity) {
    keys = new Object[capacity];
    folds = new Object[capacity];
    numbers = new long[2 * capacity];
  }

  /** Forgets everything but the arrays, and gives back what the entries took. */
  void clear() {
    Arrays.fill(keys, null);
    Arrays.fill(folds, null);
    size = 0;
    needed = (long) keys.length * SLOT_BYTES;
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
    void run(FoldTable table, Object[] rowKeys, int[] hashes, Object[] values, int rows);
  }

  /**
   * First takes the key in the first slot that comes into question, for all rows, and touches it
   * where it is text: these loads do not depend on each other, so the processor waits for many of
   * them at once.
   */
  static final class LocateLoop implements Locate {
    @Override
    public void run(FoldTable table, Object[] rowKeys, int[] hashes, Object[] values, int rows) {
      Object[] keys = table.keys;
      long[] numbers = table.numbers;
      int[] slots = table.slots;
      int mask = keys.length - 1;
      Object[] candidates = new Object[rows]; // storing into an old array costs a fence
      for (int row = 0; row < rows; row++) {
        int slot = hashes[row] & mask;
        candidates[row] = numbers[2 * slot] == hashes[row] ? keys[slot] : null;
      }
      int touched = 0;
      for (int row = 0; row < rows; row++) {
        if (candidates[row] instanceof String text) {
          touched += text.length();
        }
      }
      table.touched = touched;
      for (int row = 0; row < rows; row++) {
        int hash = hashes[row];
        int slot = hash & mask;
        Object key = rowKeys[row];
        Object present = candidates[row];
        if (present == null || !present.equals(key)) {
          while ((present = keys[slot]) != null) {
            if (numbers[2 * slot] == hash && present.equals(key)) {
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
