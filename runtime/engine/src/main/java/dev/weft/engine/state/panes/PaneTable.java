package dev.weft.engine.state.panes;

import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.batch.ColumnCodec;
import dev.weft.engine.batch.TypeText;
import dev.weft.engine.batch.stored.PaneText;
import dev.weft.engine.state.paged.Generation;
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

  /** Memory of a number in the index: two slots, the hash, the uses, and a reference or number. */
  private static final long INDEX_BYTES = 32;

  /** Memory of an object beside one and a half times the bytes that it is written in. */
  private static final long OBJECT_BYTES = 24;

  /** Of so many samples, each has the same weight in what an object takes. */
  private static final int SAMPLES = 16;

  private final Layout layout;
  private final ColumnCodec keyCodec;
  private final ColumnCodec codec;
  private final boolean whole;
  private final KeyIndex index;
  private Pane[] panes = new Pane[8];
  private int count;
  private volatile boolean frozen;

  private Generation memory;
  private long reserved;
  private long accumulators;
  private final ByteSink sample = new ByteSink(64);
  private int sampled;
  private long keyBytes;
  private long accumulatorBytes;

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
      int maxParallelism) {
    /** The layout in words, by which checkpoints are compared. */
    String text() {
      return new PaneText(paneMillis, offsetMillis, TypeText.of(accumulatorType)).toString();
    }
  }

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

  @Override
  public void accountTo(Generation generation) {
    memory = generation;
    account(0);
  }

  /** Reserves what is there, and room for so many more keys. */
  private void account(int newKeys) {
    if (memory == null) {
      return;
    }
    takeSample();
    long capacity = index.capacity();
    if (index.end() + newKeys > capacity) {
      capacity *= 2;
    }
    long bytes = capacity * INDEX_BYTES;
    bytes += index.size() * keyBytes + accumulators * accumulatorBytes;
    for (int i = 0; i < count; i++) {
      bytes += panes[i].bytes();
    }
    reserve(bytes - reserved);
  }

  private void reserve(long bytes) {
    if (bytes > 0) {
      memory.reserve(bytes);
    } else {
      memory.release(-bytes);
    }
    reserved += bytes;
  }

  /** Looks at how large a key and an accumulator are. */
  private void takeSample() {
    if (count == 0 || index.end() == 0) {
      return;
    }
    sampled = (int) ((sampled + 0x9e37_79b9L) % index.end());
    if (index.has(sampled) && !hasNumbers(layout.keyType())) {
      keyBytes = sampled(keyCodec, index.key(sampled), keyBytes);
    }
    Pane pane = panes[count - 1];
    if (!whole && sampled < pane.capacity() && pane.has(sampled)) {
      accumulatorBytes = sampled(codec, pane.value(sampled), accumulatorBytes);
    }
  }

  private long sampled(ColumnCodec of, Object value, long before) {
    sample.reset();
    of.writeValue(value, sample);
    long bytes = OBJECT_BYTES + sample.position() * 3L / 2;
    return before == 0 ? bytes : before + (bytes - before) / SAMPLES;
  }

  /** Finds the numbers of keys; those that are new get one. */
  public void numbers(Object[] keys, int[] hashes, int[] ids, int size) {
    account(size);
    index.findOrAdd(keys, hashes, ids, size);
  }

  /** The same for keys that {@link #hasNumbers are kept as numbers}. */
  public void numbers(long[] keys, int[] hashes, int[] ids, int size) {
    account(size);
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
    Pane pane = new Pane(start, 0, whole);
    int capacity = Math.max(64, index.capacity());
    if (memory != null) {
      reserve(pane.bytes(capacity));
    }
    pane.grow(capacity);
    int at = count++;
    while (at > 0 && panes[at - 1].start > start) {
      panes[at] = panes[at - 1];
      at--;
    }
    panes[at] = pane;
    return pane;
  }

  /** Makes a pane ready for changes at any number there is. */
  public void prepare(Pane pane) {
    if (pane.shared()) {
      if (frozen && memory != null) {
        memory.reserveCopy(pane.bytes());
      }
      pane.unshare(frozen, codec);
    }
    if (pane.capacity() < index.end()) {
      if (memory != null) {
        reserve(pane.bytes(index.capacity()) - pane.bytes());
      }
      pane.grow(index.capacity());
    }
  }

  /** A key has got its first accumulator in a pane that was prepared. */
  public void entered(Pane pane, int id) {
    pane.present[id >>> 6] |= 1L << id;
    index.use(id);
    accumulators++;
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
        accumulators--;
      }
    }
    account(0);
  }

  @Override
  public String layout() {
    return layout.text();
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
    PaneBlocks.read(
        source,
        keyCodec,
        codec,
        new PaneBlocks.Reader() {
          private final int[] ids = new int[BLOCK_ROWS];

          @Override
          public void keys(Object[] keys, int[] hashes, int size) {
            numbers(keys, hashes, ids, size);
          }

          @Override
          public void pane(long start, int[] rows, Object[] values, int size) {
            Pane known = find(start);
            Pane pane = known == null ? add(start) : known;
            prepare(pane);
            for (int i = 0; i < size; i++) {
              set(pane, ids[rows[i]], values[i]);
            }
          }
        });
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
