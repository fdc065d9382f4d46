package dev.weft.engine.state.panes;

import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.batch.ColumnCodec;
import dev.weft.engine.batch.TypeText;
import java.util.Arrays;

/**
 * Accumulators by key and pane. A key has one number in all panes, so a record costs one lookup of
 * its key, and a window's result is made from the same place of several arrays. Used by one thread;
 * only what {@link #freeze} returns may go to another.
 *
 * <p>A key is forgotten with the last pane that it is in.
 */
public final class PaneTable implements KeyedAnnex {
  static final int BLOCK_ROWS = 1024;

  private final Layout layout;
  private final ColumnCodec keyCodec;
  private final ColumnCodec codec;
  private final boolean whole;
  private final KeyIndex index;
  private Pane[] panes = new Pane[8];
  private int count;
  private volatile boolean frozen;

  /**
   * What is kept.
   *
   * @param paneMillis the length of a pane
   * @param offsetMillis by how much the beginnings of panes are shifted from the epoch
   */
  public record Layout(
      TypeInformation<?> keyType,
      TypeInformation<?> accumulatorType,
      long paneMillis,
      long offsetMillis,
      int maxParallelism) {}

  /** An empty table. */
  public PaneTable(Layout layout) {
    this.layout = layout;
    this.keyCodec = ColumnCodec.of(layout.keyType());
    this.codec = ColumnCodec.of(layout.accumulatorType());
    this.whole = layout.accumulatorType().typeClass() == Long.class;
    this.index =
        hasNumbers(layout.keyType())
            ? new NumberKeyIndex(layout.keyType())
            : new ObjectKeyIndex(keyCodec);
  }

  /** Whether keys of a type are kept as numbers. */
  public static boolean hasNumbers(TypeInformation<?> keyType) {
    return keyType instanceof TypeInformation.BasicType<?> basic
        && (basic.kind() == TypeInformation.Kind.LONG || basic.kind() == TypeInformation.Kind.INT);
  }

  /** Whether accumulators are whole numbers that lie as such. */
  public boolean whole() {
    return whole;
  }

  /** The codec of accumulators. */
  public ColumnCodec codec() {
    return codec;
  }

  /** Finds the numbers of keys; those that are new get one. */
  public void numbers(Object[] keys, int[] hashes, int[] ids, int size) {
    index.findOrAdd(keys, hashes, ids, size);
  }

  /** The same for keys that {@link #hasNumbers are kept as numbers}. */
  public void numbers(long[] keys, int[] hashes, int[] ids, int size) {
    ((NumberKeyIndex) index).findOrAdd(keys, hashes, ids, size);
  }

  /** Forgets those of the numbers that are in no pane. */
  public void forgetUnused(int[] ids, int size) {
    for (int row = 0; row < size; row++) {
      index.leaveUnused(ids[row]);
    }
  }

  /** The key of a number. */
  public Object key(int id) {
    return index.key(id);
  }

  /** The hash of the key of a number. */
  public int hash(int id) {
    return index.hashes()[id];
  }

  /** How many keys there are. */
  public int keyCount() {
    return index.size();
  }

  /** How many panes there are. */
  public int paneCount() {
    return count;
  }

  /** A pane, in the order of time. */
  public Pane pane(int i) {
    return panes[i];
  }

  /** The start of the pane of a time. */
  public long startOf(long time) {
    return time - Math.floorMod(time - layout.offsetMillis(), layout.paneMillis());
  }

  /** The pane with a start, or null. */
  public Pane find(long start) {
    for (int i = count - 1; i >= 0; i--) {
      if (panes[i].start == start) {
        return panes[i];
      }
    }
    return null;
  }

  /** Adds a pane that is not there. */
  public Pane add(long start) {
    if (count == panes.length) {
      panes = Arrays.copyOf(panes, count * 2);
    }
    int at = count++;
    while (at > 0 && panes[at - 1].start > start) {
      panes[at] = panes[at - 1];
      at--;
    }
    panes[at] = new Pane(start, Math.max(64, index.capacity()), whole);
    return panes[at];
  }

  /** Makes a pane ready for changes at any number there is. */
  public void prepare(Pane pane) {
    if (pane.shared()) {
      pane.unshare(frozen, codec);
    }
    if (pane.capacity() < index.end()) {
      pane.grow(index.capacity());
    }
  }

  /** A key has got its first accumulator in a pane that was prepared. */
  public void entered(Pane pane, int id) {
    pane.present[id >>> 6] |= 1L << id;
    index.use(id);
  }

  /** Forgets the first pane. */
  public void dropFirst() {
    Pane first = panes[0];
    System.arraycopy(panes, 1, panes, 0, --count);
    panes[count] = null;
    long[] present = first.present;
    for (int word = 0; word < present.length; word++) {
      for (long bits = present[word]; bits != 0; bits &= bits - 1) {
        index.leave((word << 6) + Long.numberOfTrailingZeros(bits));
      }
    }
  }

  @Override
  public String layout() {
    return "panes of "
        + layout.paneMillis()
        + " ms from "
        + layout.offsetMillis()
        + " ms with "
        + TypeText.of(layout.accumulatorType());
  }

  @Override
  public Frozen freeze() {
    index.share();
    Pane[] captured = new Pane[count];
    for (int i = 0; i < count; i++) {
      panes[i].share();
      Pane copy = new Pane(panes[i].start, 0, whole);
      copy.present = panes[i].present;
      copy.longs = panes[i].longs;
      copy.objects = panes[i].objects;
      captured[i] = copy;
    }
    frozen = true;
    return new FrozenPanes(
        layout, index.keys(), index.hashes(), index.end(), captured, () -> frozen = false);
  }

  @Override
  public void restore(int keyGroup, ByteSource source) {
    Object[] keys = new Object[BLOCK_ROWS];
    int[] hashes = new int[BLOCK_ROWS];
    int[] ids = new int[BLOCK_ROWS];
    int[] bits = new int[BLOCK_ROWS];
    Object[] values = new Object[BLOCK_ROWS];
    while (source.remaining() > 0) {
      int size = source.readVarInt();
      if (size == 0 || size > BLOCK_ROWS) {
        throw source.damaged("a block of panes has " + size + " keys");
      }
      source.readInts(hashes, size);
      keyCodec.read(source, keys, size);
      numbers(keys, hashes, ids, size);
      int paneCount = source.readVarInt();
      for (int i = 0; i < paneCount; i++) {
        long start = source.readLong();
        source.readBits(bits, size);
        int present = 0;
        for (int row = 0; row < size; row++) {
          present += bits[row];
        }
        codec.read(source, values, present);
        Pane pane = find(start);
        pane = pane == null ? add(start) : pane;
        prepare(pane);
        for (int row = 0, next = 0; row < size; row++) {
          if (bits[row] != 0) {
            set(pane, ids[row], values[next++]);
          }
        }
      }
    }
  }

  private void set(Pane pane, int id, Object accumulator) {
    if (whole) {
      pane.longs[id] = (Long) accumulator;
    } else {
      pane.objects[id] = accumulator;
    }
    entered(pane, id);
  }
}
