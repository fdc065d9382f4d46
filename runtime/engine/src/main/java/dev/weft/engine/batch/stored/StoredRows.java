package dev.weft.engine.batch.stored;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.protocol.KeyedSlice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The keyed state of a slice, read without the user's classes. */
public final class StoredRows {
  /** What the bytes of keyed state begin with. */
  public static final int MAGIC = 0x5745_4654;

  /** The version of the format of keyed state. */
  public static final int VERSION = 1;

  /** The version with bytes of an operator's own behind the rows of each key group. */
  public static final int VERSION_WITH_ANNEX = 2;

  /** The version of what continues the slices before it. */
  public static final int VERSION_OF_INCREMENT = 3;

  private static final String[] KINDS = {"VALUE", "LIST", "MAP"};

  private final KeyedSlice slice;
  private final ByteBuffer bytes;
  private final String where;
  private final int version;
  private StoredType keyType;
  private final List<State> states = new ArrayList<>();

  /**
   * A state.
   *
   * @param kind VALUE, LIST or MAP
   */
  public record State(String kind, String name, StoredType type) {}

  /** The states of one key, those that it has. */
  public record Row(int keyGroup, Object key, Map<String, Object> values) {}

  /**
   * A timer.
   *
   * @param eventTime whether it is of event time, else of processing time
   * @param time milliseconds
   */
  public record Timer(int keyGroup, boolean eventTime, long time, Object key) {}

  /**
   * Reads what the states are.
   *
   * @param bytes all of the slice's handle
   * @param where for messages
   * @throws WeftException when the bytes are damaged or of a later version
   */
  public StoredRows(KeyedSlice slice, ByteBuffer bytes, String where) {
    this.slice = slice;
    this.bytes = bytes;
    this.where = where;
    ByteSource header = range(0, slice.offsets()[0]);
    if (header.readInt() != MAGIC) {
      throw header.damaged(where + " holds no keyed state");
    }
    version = header.readByte();
    if (version < VERSION || version > VERSION_OF_INCREMENT) {
      throw new WeftException(
          ErrorCode.USER,
          "The state of "
              + where
              + " is of format "
              + version
              + ", which this release cannot read; use the release that wrote it or a later one");
    }
    header.readVarInt();
    try {
      keyType = StoredType.parse(header.readString());
      for (int count = header.readVarInt(); count > 0; count--) {
        int kind = header.readByte();
        String name = header.readString();
        states.add(
            new State(
                kind < KINDS.length ? KINDS[kind] : "KIND " + kind,
                name,
                StoredType.parse(header.readString())));
      }
    } catch (IllegalArgumentException e) {
      throw new WeftException(ErrorCode.USER, "The state of " + where + ": " + e.getMessage(), e);
    }
  }

  private ByteSource range(long start, long end) {
    if (start < 0 || end < start || end > bytes.remaining()) {
      throw new WeftException(
          ErrorCode.DATA,
          "The state of " + where + " says that it uses bytes " + start + " to " + end);
    }
    return new ByteSource(bytes.slice(bytes.position() + (int) start, (int) (end - start)));
  }

  /** The type of the keys. */
  public StoredType keyType() {
    return keyType;
  }

  /** The states, in the order of their declaration. */
  public List<State> states() {
    return List.copyOf(states);
  }

  /**
   * Whether this continues the slices before it: it has the rows that are new or changed and all
   * timers.
   */
  public boolean isIncrement() {
    return version == VERSION_OF_INCREMENT;
  }

  /**
   * Goes through all rows and timers, key group by key group.
   *
   * @param removed the keys that the slices before have and that are gone
   */
  public void forEach(Consumer<Object> removed, Consumer<Row> rows, Consumer<Timer> timers) {
    for (int i = 0; i < slice.keyGroupCount(); i++) {
      ByteSource group = range(slice.offsets()[i], slice.offsets()[i + 1]);
      if (group.remaining() > 0) {
        int number = slice.firstKeyGroup() + i;
        for (int size = isIncrement() ? group.readVarInt() : 0;
            size > 0;
            size = group.readVarInt()) {
          List.of(readKeys(group, size)).forEach(removed);
        }
        for (int size = group.readVarInt(); size > 0; size = group.readVarInt()) {
          readRows(group, number, size, rows);
        }
        readTimers(group, number, true, timers);
        readTimers(group, number, false, timers);
      }
    }
  }

  private void readRows(ByteSource source, int group, int size, Consumer<Row> rows) {
    Object[] keys = readKeys(source, size);
    List<Row> block = new ArrayList<>();
    for (Object key : keys) {
      block.add(new Row(group, key, new LinkedHashMap<>()));
    }
    int[] bits = new int[size];
    for (State state : states) {
      source.readBits(bits, size);
      for (int i = 0; i < size; i++) {
        if (bits[i] != 0) {
          block.get(i).values().put(state.name(), value(state.type(), source));
        }
      }
    }
    block.forEach(rows);
  }

  private static Object value(StoredType type, ByteSource source) {
    byte[] bytes = source.readByteArray(source.readVarInt());
    Object[] one = new Object[1];
    type.readDense(new ByteSource(bytes, 0, bytes.length), one, 1);
    return one[0];
  }

  private Object[] readKeys(ByteSource source, int size) {
    source.readInts(new int[size], size);
    Object[] keys = new Object[size];
    keyType.read(source, keys, size);
    return keys;
  }

  private void readTimers(ByteSource source, int group, boolean eventTime, Consumer<Timer> timers) {
    for (int size = source.readVarInt(); size > 0; size = source.readVarInt()) {
      long[] times = new long[size];
      source.readLongs(times, size);
      source.readLongs(new long[size], size);
      Object[] keys = readKeys(source, size);
      for (int i = 0; i < size; i++) {
        timers.accept(new Timer(group, eventTime, times[i], keys[i]));
      }
    }
  }
}
