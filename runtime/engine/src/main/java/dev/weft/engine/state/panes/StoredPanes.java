package dev.weft.engine.state.panes;

import dev.weft.api.error.WeftException;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.batch.ColumnCodec;
import dev.weft.engine.batch.stored.PaneText;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.state.RowDatabase;
import dev.weft.engine.state.paged.RowBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Accumulators by pane and key in a family of a database, each pane behind a buffer of its own. An
 * accumulator's name is the start of its pane, the hash of its key and the key, so a pane is a
 * range in the order of key groups: a window fires by a walk over the ranges of its panes, and a
 * pane is forgotten by one range. Used by one thread; only what {@link #freeze} returns may go to
 * another.
 */
public final class StoredPanes implements KeyedAnnex {
  private static final String FAMILY = "panes: ";
  private static final int HASH_AT = Long.BYTES;
  private static final int KEY_AT = HASH_AT + Integer.BYTES;

  private final PaneTable.Layout layout;
  private final KeyGroups.Range groups;
  private final RowDatabase database;
  private final int family;
  private final long bufferBytes;
  private final ColumnCodec keyCodec;
  private final ColumnCodec codec;
  private final ByteSink scratch = new ByteSink(64);
  private final ByteSource source = new ByteSource(new byte[0], 0, 0);
  private final List<Pane> panes = new ArrayList<>();
  private final Set<Name> wanted = new HashSet<>();
  private byte[][] missing = new byte[0][];
  private byte[][] found = new byte[0][];
  private Pane[] missingIn = new Pane[0];
  private int[] missingHashes = new int[0];

  /** The accumulators of one stretch of time. */
  public static final class Pane {
    private final long start;
    private final RowBuffer buffer;

    private Pane(long start, RowBuffer buffer) {
      this.start = start;
      this.buffer = buffer;
    }

    /** The first millisecond. */
    public long start() {
      return start;
    }
  }

  private record Name(byte[] bytes) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Name that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  /** Takes what a window has for a key. */
  public interface Visitor {
    /**
     * Handles a key.
     *
     * @param parts the accumulators in the order of time; the caller may change them
     * @param count how many there are
     */
    void accept(Object key, int hash, Object[] parts, int count) throws Exception;
  }

  /**
   * The panes that a database has.
   *
   * @param operator for messages
   * @param bufferBytes how much memory all buffers take
   * @throws WeftException with code USER when the database has panes of another layout
   */
  public StoredPanes(
      String operator,
      PaneTable.Layout layout,
      KeyGroups.Range groups,
      RowDatabase database,
      long bufferBytes) {
    this.layout = layout;
    this.groups = groups;
    this.database = database;
    this.bufferBytes = bufferBytes;
    this.keyCodec = ColumnCodec.of(layout.keyType());
    this.codec = ColumnCodec.of(layout.accumulatorType());
    for (String name : database.families()) {
      if (isFamily(name) && !name.equals(FAMILY + layout())) {
        throw AnnexSlot.changed(name.substring(FAMILY.length()), operator, layout());
      }
    }
    this.family = database.family(FAMILY + layout());
    try (RowDatabase.View view = database.view()) {
      for (long start : starts(view, family)) {
        insert(start).buffer.incomplete();
      }
    }
  }

  /** Whether a family of a database is one of panes. */
  public static boolean isFamily(String name) {
    return name.startsWith(FAMILY);
  }

  /** The panes that a family is of. */
  public static PaneText textOf(String family) {
    return PaneText.parse(family.substring(FAMILY.length()));
  }

  /** Takes the start of its pane off the name of an accumulator; the key's hash comes next. */
  public static long readStart(ByteSource name) {
    return name.readLong() ^ Long.MIN_VALUE;
  }

  /** The layout of the panes that a database has, or null without any. */
  public static String layoutIn(RowDatabase database) {
    for (String name : database.families()) {
      if (isFamily(name)) {
        return name.substring(FAMILY.length());
      }
    }
    return null;
  }

  /** Copies what a database has for some key groups in a family of panes. */
  public static void copy(
      RowDatabase source, String name, KeyGroups.Range groups, RowDatabase target) {
    int from = source.family(name);
    int to = target.family(name);
    try (RowDatabase.View view = source.view()) {
      for (long start : starts(view, from)) {
        try (RowDatabase.Cursor cursor = walk(view, from, start, groups)) {
          while (cursor.next()) {
            byte[] value = cursor.value();
            target.put(to, cursor.key(), value, value.length);
          }
        }
      }
    }
    target.write();
  }

  /** The starts of all panes, in order. */
  private static List<Long> starts(RowDatabase.View view, int family) {
    List<Long> starts = new ArrayList<>();
    byte[] next = new byte[0];
    while (next != null) {
      try (RowDatabase.Cursor cursor = view.range(family, next, null)) {
        if (!cursor.next()) {
          return starts;
        }
        long start = readStart(new ByteSource(cursor.key(), 0, HASH_AT));
        starts.add(start);
        next = start == Long.MAX_VALUE ? null : place(start + 1, 0, HASH_AT);
      }
    }
    return starts;
  }

  /** The accumulators of a pane for some key groups. */
  private static RowDatabase.Cursor walk(
      RowDatabase.View view, int family, long start, KeyGroups.Range groups) {
    int max = groups.maxParallelism();
    byte[] first = place(start, KeyGroups.lowestHash(groups.first(), max), KEY_AT);
    byte[] end =
        groups.end() == max
            ? place(start + 1, 0, HASH_AT)
            : place(start, KeyGroups.lowestHash(groups.end(), max), KEY_AT);
    return view.range(family, first, end);
  }

  private static byte[] place(long start, int hash, int length) {
    ByteSink sink = new ByteSink(KEY_AT);
    sink.writeLong(start ^ Long.MIN_VALUE);
    sink.writeInt(hash);
    return Arrays.copyOf(sink.array(), length);
  }

  /** How many panes there are. */
  public int paneCount() {
    return panes.size();
  }

  /** A pane, in the order of time. */
  public Pane pane(int i) {
    return panes.get(i);
  }

  /** The start of the pane of a time. */
  public long startOf(long time) {
    return time - Math.floorMod(time - layout.offsetMillis(), layout.paneMillis());
  }

  /** The pane with a start, or null. */
  public Pane find(long start) {
    for (int i = panes.size() - 1; i >= 0; i--) {
      if (panes.get(i).start == start) {
        return panes.get(i);
      }
    }
    return null;
  }

  /** Adds a pane that is not there. */
  public Pane add(long start) {
    return insert(start);
  }

  private Pane insert(long start) {
    int at = panes.size();
    while (at > 0 && panes.get(at - 1).start > start) {
      at--;
    }
    Pane pane = new Pane(start, new RowBuffer(bufferBytes, new Target()));
    panes.add(at, pane);
    shareMemory();
    return pane;
  }

  private void shareMemory() {
    panes.forEach(each -> each.buffer.limit(bufferBytes / panes.size()));
  }

  private final class Target implements RowBuffer.Target {
    @Override
    public void put(byte[] page, int nameAt, int nameLength, int valueAt, int valueLength) {
      database.put(family, page, nameAt, nameLength, page, valueAt, valueLength);
    }

    @Override
    public void delete(byte[] page, int nameAt, int nameLength) {
      database.delete(family, page, nameAt, nameLength);
    }

    @Override
    public void flush() {
      database.write();
    }
  }

  /** The name of a key's accumulator in a pane. */
  public byte[] name(Pane pane, Object key, int hash) {
    scratch.reset();
    scratch.writeLong(pane.start ^ Long.MIN_VALUE);
    scratch.writeInt(hash);
    keyCodec.writeValue(key, scratch);
    return scratch.toBytes();
  }

  /**
   * Fetches accumulators together that are read next.
   *
   * @param of the pane of each; null for none
   */
  public void expect(Pane[] of, byte[][] names, int[] hashes, int size) {
    if (missing.length < size) {
      missing = new byte[size][];
      found = new byte[size][];
      missingIn = new Pane[size];
      missingHashes = new int[size];
    }
    int count = 0;
    wanted.clear();
    for (int row = 0; row < size; row++) {
      Pane pane = of[row];
      if (pane != null
          && !pane.buffer.complete()
          && !pane.buffer.find(hashes[row], names[row])
          && wanted.add(new Name(names[row]))) {
        missing[count] = names[row];
        missingIn[count] = pane;
        missingHashes[count++] = hashes[row];
      }
    }
    if (count == 0) {
      return;
    }
    database.findAll(family, missing, count, found);
    for (int i = 0; i < count; i++) {
      if (found[i] != null) {
        missingIn[i].buffer.load(missingHashes[i], missing[i], found[i]);
      }
    }
    Arrays.fill(missing, 0, count, null);
    Arrays.fill(found, 0, count, null);
    Arrays.fill(missingIn, 0, count, null);
  }

  /** An accumulator, which the caller may change, or null. */
  public Object read(Pane pane, byte[] name, int hash) {
    RowBuffer buffer = pane.buffer;
    if (buffer.find(hash, name)) {
      int at = buffer.valueAt();
      source.reset(buffer.page(), at, at + buffer.valueLength());
      return codec.readValue(source);
    }
    byte[] bytes = buffer.complete() ? null : database.find(family, name);
    if (bytes == null) {
      return null;
    }
    buffer.load(hash, name, bytes);
    source.reset(bytes, 0, bytes.length);
    return codec.readValue(source);
  }

  /** Sets an accumulator. */
  public void write(Pane pane, byte[] name, int hash, Object accumulator) {
    scratch.reset();
    codec.writeValue(accumulator, scratch);
    pane.buffer.put(hash, name, scratch.array(), scratch.position());
  }

  /** The accumulators of a key in the panes from a time up to but without another, in order. */
  public Object[] readAll(long from, long to, Object key, int hash) {
    List<Object> parts = new ArrayList<>();
    for (Pane pane : panes) {
      if (pane.start >= from && pane.start < to) {
        Object part = read(pane, name(pane, key, hash), hash);
        if (part != null) {
          parts.add(part);
        }
      }
    }
    return parts.toArray();
  }

  /** Goes through all keys of the panes from a time up to but without another. */
  public void forEach(long from, long to, Visitor visitor) throws Exception {
    forEach(groups, from, to, visitor);
  }

  /** The same for the keys of some key groups. */
  public void forEach(KeyGroups.Range range, long from, long to, Visitor visitor) throws Exception {
    save();
    List<Walk> walks = new ArrayList<>();
    try (RowDatabase.View view = database.view()) {
      try {
        for (Pane pane : panes) {
          if (pane.start >= from && pane.start < to) {
            walks.add(new Walk(walk(view, family, pane.start, range)));
          }
        }
        merge(walks, visitor);
      } finally {
        walks.forEach(walk -> walk.cursor.close());
      }
    }
  }

  private void merge(List<Walk> walks, Visitor visitor) throws Exception {
    Object[] parts = new Object[walks.size()];
    ByteSource bytes = new ByteSource(new byte[0], 0, 0);
    while (true) {
      Walk least = null;
      for (Walk walk : walks) {
        least = walk.name != null && (least == null || walk.compare(least) < 0) ? walk : least;
      }
      if (least == null) {
        return;
      }
      byte[] name = least.name;
      int count = 0;
      for (Walk walk : walks) {
        if (walk.name != null && walk.isAt(name)) {
          byte[] value = walk.cursor.value();
          bytes.reset(value, 0, value.length);
          parts[count++] = codec.readValue(bytes);
          walk.step();
        }
      }
      bytes.reset(name, HASH_AT, name.length);
      int hash = bytes.readInt();
      visitor.accept(keyCodec.readValue(bytes), hash, parts, count);
    }
  }

  /** A walk over a pane. */
  private static final class Walk {
    final RowDatabase.Cursor cursor;
    byte[] name;

    Walk(RowDatabase.Cursor cursor) {
      this.cursor = cursor;
      step();
    }

    void step() {
      name = cursor.next() ? cursor.key() : null;
    }

    int compare(Walk other) {
      return Arrays.compareUnsigned(
          name, HASH_AT, name.length, other.name, HASH_AT, other.name.length);
    }

    boolean isAt(byte[] other) {
      return Arrays.equals(name, HASH_AT, name.length, other, HASH_AT, other.length);
    }
  }

  /** Forgets the first pane. */
  public void dropFirst() {
    Pane first = panes.remove(0);
    database.deleteAll(family, place(first.start, 0, HASH_AT));
    database.write();
    if (!panes.isEmpty()) {
      shareMemory();
    }
  }

  /** The database learns of everything that is in memory only. */
  public void save() {
    panes.forEach(each -> each.buffer.save());
  }

  @Override
  public String layout() {
    return layout.text();
  }

  @Override
  public void restore(int keyGroup, ByteSource bytes) {
    PaneBlocks.read(
        bytes,
        keyCodec,
        codec,
        new PaneBlocks.Reader() {
          private Object[] keys;
          private int[] hashes;

          @Override
          public void keys(Object[] newKeys, int[] newHashes, int size) {
            keys = newKeys;
            hashes = newHashes;
          }

          @Override
          public void pane(long start, int[] rows, Object[] values, int size) {
            Pane known = find(start);
            Pane pane = known == null ? add(start) : known;
            for (int i = 0; i < size; i++) {
              int hash = hashes[rows[i]];
              write(pane, name(pane, keys[rows[i]], hash), hash, values[i]);
            }
          }
        });
  }

  @Override
  public Frozen freeze() {
    save();
    return new FrozenRange(database.view());
  }

  /** The panes as they were, in blocks of one pane each. */
  private final class FrozenRange implements Frozen {
    private final RowDatabase.View view;
    private final List<Long> starts;
    private final ColumnCodec keyReader = ColumnCodec.of(layout.keyType());
    private final ColumnCodec valueReader = ColumnCodec.of(layout.accumulatorType());
    private final ByteSource bytes = new ByteSource(new byte[0], 0, 0);
    private final Object[] keys = new Object[PaneTable.BLOCK_ROWS];
    private final int[] hashes = new int[PaneTable.BLOCK_ROWS];
    private final int[] ones = new int[PaneTable.BLOCK_ROWS];
    private final Object[] values = new Object[PaneTable.BLOCK_ROWS];

    FrozenRange(RowDatabase.View view) {
      this.view = view;
      this.starts = panes.stream().map(Pane::start).toList();
      Arrays.fill(ones, 1);
    }

    @Override
    public void write(int keyGroup, ByteSink target, Runnable afterBlock) {
      KeyGroups.Range one = new KeyGroups.Range(keyGroup, keyGroup + 1, layout.maxParallelism());
      for (long start : starts) {
        try (RowDatabase.Cursor cursor = walk(view, family, start, one)) {
          int size = 0;
          while (cursor.next()) {
            byte[] name = cursor.key();
            bytes.reset(name, HASH_AT, name.length);
            hashes[size] = bytes.readInt();
            keys[size] = keyReader.readValue(bytes);
            byte[] value = cursor.value();
            bytes.reset(value, 0, value.length);
            values[size++] = valueReader.readValue(bytes);
            if (size == keys.length) {
              writeBlock(start, size, target);
              afterBlock.run();
              size = 0;
            }
          }
          if (size > 0) {
            writeBlock(start, size, target);
          }
        }
      }
    }

    private void writeBlock(long start, int size, ByteSink target) {
      target.writeVarInt(size);
      target.writeInts(hashes, size);
      keyReader.write(keys, size, target);
      target.writeVarInt(1);
      target.writeLong(start);
      target.writeBits(ones, size);
      valueReader.write(values, size, target);
    }

    @Override
    public void release() {
      view.close();
    }
  }
}
