package dev.weft.engine.state;

import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ColumnCodec;
import dev.weft.engine.batch.stored.StoredRows;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.state.paged.Increments;
import dev.weft.engine.state.panes.AnnexSlot;
import dev.weft.engine.world.Verify;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The rows and timers of a store as they were, and the format of keyed state.
 *
 * <p>The header: a magic number, the version, the max parallelism, the type of the keys, and of
 * each state its kind, name and type. Then the key groups in order, each complete in itself and
 * without any bytes when it is empty: rows in blocks (their number; key hashes; keys as a column;
 * per state the bits that say which rows have it and each value with its length) up to a block of
 * none, and event-time and processing-time timers in blocks likewise (times, discriminators, key
 * hashes, keys), in the order in which they fire. In version 2 the header ends with the layout of
 * the annex, and a key group with the annex's own bytes. Version 3 continues the slices before it:
 * a key group begins with the keys that were removed since, in blocks (their number; key hashes;
 * keys as a column) up to a block of none; then come the rows that are new or changed, each
 * complete, and all timers.
 */
final class FrozenRows implements FrozenState {
  static final int MAGIC = StoredRows.MAGIC;
  static final int VERSION = StoredRows.VERSION;
  static final int VERSION_WITH_ANNEX = StoredRows.VERSION_WITH_ANNEX;
  static final int VERSION_OF_INCREMENT = StoredRows.VERSION_OF_INCREMENT;
  static final int BLOCK_ROWS = 1024;

  /** Blocks of large rows have fewer of them, so that readers need not hold much at a time. */
  static final int BLOCK_BYTES = 1 << 20;

  private final AnnexSlot.Frozen annex;
  private final Runnable whenReleased;
  private final Increments.Part part;
  private final List<KeyedSlice> before;
  private final String operator;
  private final String keyType;
  private final ColumnCodec keyWriter;
  private final int maxParallelism;
  private final int firstKeyGroup;
  private final List<Column> columns;
  private final Group[] groups;
  private final Object[] keys = new Object[BLOCK_ROWS];
  private final int[] hashes = new int[BLOCK_ROWS];
  private final int[] bits = new int[BLOCK_ROWS];
  private final long[] longs = new long[BLOCK_ROWS];
  private final ByteSink scratch = new ByteSink(256);
  private int rowsOfBlock = BLOCK_ROWS;
  private long bytesOfBlock;
  private boolean released;

  /**
   * What a key group held; null for none.
   *
   * @param encoded rows in place of {@code rows}
   */
  record Group(
      Rows rows, Encoded encoded, KeyedTable.Captured event, KeyedTable.Captured processing) {
    boolean isEmpty() {
      return rows == null && encoded == null && event == null && processing == null;
    }
  }

  /** The rows of a key group as they were, which bring their form. */
  interface Encoded {
    /**
     * Appends the keys that were removed since the slices before, in blocks.
     *
     * @param afterBlock called when a block is complete; may empty the target
     */
    void writeRemoved(ByteSink target, Runnable afterBlock);

    /**
     * Appends the rows, in blocks.
     *
     * @param afterBlock called when a block is complete; may empty the target
     */
    void writeRows(ByteSink target, Runnable afterBlock);
  }

  /** The rows of a key group as they were. */
  interface Rows {
    /** Goes through all rows. */
    void forEach(Consumer<Row> action);
  }

  /**
   * A column as it was.
   *
   * @param writer null where cells are bytes
   * @param expiry null where nothing is left out
   * @param nowMillis by which values have expired or not
   */
  record Column(StateColumn column, ColumnCodec writer, Expiry expiry, long nowMillis) {
    /** A column that is written as it is. */
    Column(StateColumn column, ColumnCodec writer) {
      this(column, writer, null, 0);
    }

    /** What a column of a heap store is: whether it was declared decides what its cells are. */
    static Column of(StateColumn column) {
      Expiry expiry = column.expiry();
      return expiry == null || !expiry.inSnapshots()
          ? new Column(column, column.writer())
          : new Column(column, column.writer(), expiry, expiry.nowMillis());
    }

    /** What has not expired of a value. */
    Object live(Object value) {
      return expiry == null || value == null ? value : expiry.live(value, nowMillis);
    }
  }

  /** A row: the key at a place in an array, and its cells behind it. */
  record Row(Object[] cells, int base, int hash) {}

  /** What a store without increments held: rows, timers and an annex, which may be null. */
  FrozenRows(
      RowStore store,
      List<Column> columns,
      Group[] groups,
      AnnexSlot.Frozen annex,
      Runnable whenReleased) {
    this(store, columns, groups, annex, whenReleased, new Chained(null, null));
  }

  /**
   * How a frozen state goes on from earlier ones.
   *
   * @param part hears what the checkpoint consists of; null when nothing can continue it
   * @param base what it continues; null when it stands alone
   */
  record Chained(Increments.Part part, Increments.Part base) {}

  FrozenRows(
      RowStore store,
      List<Column> columns,
      Group[] groups,
      AnnexSlot.Frozen annex,
      Runnable whenReleased,
      Chained chained) {
    this.annex = annex;
    this.part = chained.part();
    this.before = chained.base() == null ? List.of() : chained.base().slices();
    Verify.verify(
        annex == null || part == null, "an annex of %s has no increments", store.operator());
    this.whenReleased = whenReleased;
    this.operator = store.operator();
    this.keyType = store.keyType();
    this.keyWriter = store.keyWriter();
    this.maxParallelism = store.maxParallelism();
    this.firstKeyGroup = store.firstKeyGroup;
    this.columns = columns;
    this.groups = groups;
  }

  @Override
  public int formatVersion() {
    if (!before.isEmpty()) {
      return VERSION_OF_INCREMENT;
    }
    return annex == null ? VERSION : VERSION_WITH_ANNEX;
  }

  @Override
  public List<KeyedSlice> before() {
    return before;
  }

  @Override
  public void written(List<KeyedSlice> slices) {
    if (part != null) {
      part.written(slices);
    }
  }

  @Override
  public int firstKeyGroup() {
    return firstKeyGroup;
  }

  @Override
  public long[] write(ByteSink target, Drain drain) throws IOException {
    Verify.verify(!released, "a frozen state of %s is written after its release", operator);
    Drained drained = new Drained(target, drain);
    writeHeader(target);
    long[] offsets = new long[groups.length + 1];
    try {
      for (int i = 0; i < groups.length; i++) {
        drained.run();
        offsets[i] = drained.position();
        if (!groups[i].isEmpty() || annex != null && annex.holds(firstKeyGroup + i)) {
          writeRows(groups[i], target, drained);
          writeTimers(groups[i].event(), target, drained);
          writeTimers(groups[i].processing(), target, drained);
          if (annex != null) {
            annex.write(firstKeyGroup + i, target, drained);
          }
        }
      }
    } catch (UncheckedIOException e) {
      if (e.getCause() == drained.failure) {
        throw drained.failure;
      }
      throw e; // the user's
    }
    offsets[groups.length] = drained.position();
    return offsets;
  }

  /** Offers what is in a sink, and knows how much was written although it is gone. */
  private static final class Drained implements Runnable {
    private final ByteSink target;
    private final Drain drain;
    private long start;
    private IOException failure;

    Drained(ByteSink target, Drain drain) {
      this.target = target;
      this.drain = drain;
      this.start = target.position();
    }

    @Override
    public void run() {
      try {
        start -= drain.drain(target);
      } catch (IOException e) {
        failure = e;
        throw new UncheckedIOException(e);
      }
    }

    long position() {
      return target.position() - start;
    }
  }

  private void writeHeader(ByteSink target) {
    target.writeInt(MAGIC);
    target.writeByte(formatVersion());
    target.writeVarInt(maxParallelism);
    target.writeString(keyType);
    target.writeVarInt(columns.size());
    for (Column each : columns) {
      target.writeByte(each.column().kind.ordinal());
      target.writeString(each.column().name);
      target.writeString(each.column().type());
    }
    if (annex != null) {
      target.writeString(annex.layout());
    }
  }

  private void writeRows(Group group, ByteSink target, Runnable afterBlock) {
    if (!before.isEmpty()) {
      if (group.encoded() != null) {
        group.encoded().writeRemoved(target, afterBlock);
      }
      target.writeVarInt(0);
    }
    if (group.encoded() != null) {
      group.encoded().writeRows(target, afterBlock);
    } else if (group.rows() != null) {
      writeRows(group.rows(), target, afterBlock);
    }
    target.writeVarInt(0);
  }

  private void writeRows(Rows rows, ByteSink target, Runnable afterBlock) {
    List<Row> block = new ArrayList<>(BLOCK_ROWS);
    rows.forEach(
        row -> {
          if (hasState(row.cells(), row.base())) {
            block.add(row);
            if (block.size() >= rowsOfBlock) {
              writeBlock(block, target, afterBlock);
              afterBlock.run();
            }
          }
        });
    writeBlock(block, target, afterBlock);
  }

  private boolean hasState(Object[] cells, int base) {
    for (Column each : columns) {
      if (state(each, cells, base) != null) {
        return true;
      }
    }
    return false;
  }

  /** The value to write, or null; a map that became empty is none. */
  private static Object state(Column column, Object[] cells, int base) {
    Object cell = cells[base + column.column().offset];
    if (!(cell instanceof HeapState.Cell inner)) {
      return column.live(cell);
    }
    Object value = column.live(inner.value);
    if (value == null) {
      return null;
    }
    boolean none =
        column.column().kind == StateColumn.Kind.MAP && ((Map<?, ?>) value).isEmpty()
            || column.column().kind == StateColumn.Kind.LIST && ((Collection<?>) value).isEmpty();
    return none ? null : value;
  }

  private void writeBlock(List<Row> block, ByteSink target, Runnable afterValue) {
    int size = block.size();
    if (size == 0) {
      return;
    }
    writeKeys(block, target);
    for (Column column : columns) {
      for (int i = 0; i < size; i++) {
        bits[i] = state(column, block.get(i).cells(), block.get(i).base()) == null ? 0 : 1;
      }
      target.writeBits(bits, size);
      for (int i = 0; i < size; i++) {
        if (bits[i] != 0) {
          writeState(column, block.get(i), target);
          if (target.position() > BLOCK_BYTES) {
            afterValue.run();
          }
        }
      }
    }
    rowsOfBlock = (int) Math.max(1, Math.min(BLOCK_ROWS, size * (long) BLOCK_BYTES / bytesOfBlock));
    bytesOfBlock = 0;
    block.clear();
  }

  private void writeKeys(List<Row> block, ByteSink target) {
    int size = block.size();
    for (int i = 0; i < size; i++) {
      keys[i] = block.get(i).cells()[block.get(i).base()];
      hashes[i] = block.get(i).hash();
    }
    int start = target.position();
    target.writeVarInt(size);
    target.writeInts(hashes, size);
    keyWriter.write(keys, size, target);
    bytesOfBlock += target.position() - start;
  }

  private void writeState(Column column, Row row, ByteSink target) {
    Object value = state(column, row.cells(), row.base());
    if (column.writer() == null) {
      byte[] bytes = (byte[]) value;
      bytesOfBlock += bytes.length;
      target.writeVarInt(bytes.length);
      target.write(bytes, 0, bytes.length);
      return;
    }
    scratch.reset();
    column.column().encode(value, column.writer(), scratch, operator);
    bytesOfBlock += scratch.position();
    target.writeVarInt(scratch.position());
    target.write(scratch.array(), 0, scratch.position());
  }

  private void writeTimers(KeyedTable.Captured captured, ByteSink target, Runnable afterBlock) {
    List<Timer> timers = new ArrayList<>();
    if (captured != null) {
      for (Object[] cells : captured.cells()) {
        for (Object cell : cells) {
          if (cell != null) {
            timers.add((Timer) cell);
          }
        }
      }
    }
    timers.sort(Timer.FIRING);
    for (int first = 0; first < timers.size(); first += BLOCK_ROWS) {
      writeTimerBlock(timers.subList(first, Math.min(timers.size(), first + BLOCK_ROWS)), target);
      afterBlock.run();
    }
    target.writeVarInt(0);
  }

  private void writeTimerBlock(List<Timer> timers, ByteSink target) {
    int size = timers.size();
    target.writeVarInt(size);
    for (int i = 0; i < size; i++) {
      longs[i] = timers.get(i).time;
      hashes[i] = timers.get(i).hash;
      keys[i] = timers.get(i).key;
    }
    target.writeLongs(longs, size);
    for (int i = 0; i < size; i++) {
      longs[i] = timers.get(i).discriminator;
    }
    target.writeLongs(longs, size);
    target.writeInts(hashes, size);
    keyWriter.write(keys, size, target);
  }

  @Override
  public void release() {
    if (!released) {
      released = true;
      if (annex != null) {
        annex.release();
      }
      whenReleased.run();
    }
  }
}
