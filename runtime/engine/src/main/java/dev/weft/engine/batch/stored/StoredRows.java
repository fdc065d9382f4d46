package dev.weft.engine.batch.stored;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.protocol.KeyedSlice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
  private final StoredBytes bytes;
  private final String where;
  private final int version;
  private StoredType keyType;
  private final List<State> states = new ArrayList<>();
  private PaneText panes;
  private StoredType accumulatorType;

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
   * What a pane has for a key.
   *
   * @param start the first millisecond of the pane
   * @param end the first after it
   */
  public record Pane(int keyGroup, Object key, long start, long end, Object accumulator) {}

  /** Takes the content of slices. */
  public interface Visitor {
    /** The states of a key. */
    void row(Row row);

    /** A key that the slices before have and that is gone. */
    default void removed(Object key) {}

    /** A timer. */
    default void timer(Timer timer) {}

    /** What a pane has for a key. */
    default void pane(Pane pane) {}

    /** Whether nothing more is wanted, which is looked at now and then. */
    default boolean done() {
      return false;
    }
  }

  /**
   * Reads what the states are.
   *
   * @param bytes all of the slice's handle; to be closed by the caller
   * @param where for messages
   * @throws WeftException when the bytes are damaged or of a later version
   */
  public StoredRows(KeyedSlice slice, StoredBytes bytes, String where) {
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
      if (version == VERSION_WITH_ANNEX) {
        panes = PaneText.parse(header.readString());
        accumulatorType = StoredType.parse(panes.accumulatorType());
      }
    } catch (IllegalArgumentException e) {
      throw new WeftException(ErrorCode.USER, "The state of " + where + ": " + e.getMessage(), e);
    }
  }

  private ByteSource range(long start, long end) {
    if (start < 0 || end < start || end > bytes.length()) {
      throw new WeftException(
          ErrorCode.DATA,
          "The state of " + where + " says that it uses bytes " + start + " to " + end);
    }
    return bytes.range(start, end);
  }

  /** The type of the keys. */
  public StoredType keyType() {
    return keyType;
  }

  /** The states, in the order of their declaration. */
  public List<State> states() {
    return List.copyOf(states);
  }

  /** The panes of windows that are kept beside the rows, or null. */
  public PaneText panes() {
    return panes;
  }

  /**
   * Whether this continues the slices before it: it has the rows that are new or changed and all
   * timers.
   */
  public boolean isIncrement() {
    return version == VERSION_OF_INCREMENT;
  }

  /**
   * Goes through all rows, timers and panes, key group by key group.
   *
   * @throws WeftException with code DATA when the bytes are damaged
   */
  public void forEach(Visitor visitor) {
    for (int i = 0; i < slice.keyGroupCount() && !visitor.done(); i++) {
      ByteSource group = range(slice.offsets()[i], slice.offsets()[i + 1]);
      if (group.remaining() > 0) {
        int number = slice.firstKeyGroup() + i;
        try {
          readGroup(group, number, visitor);
        } catch (IndexOutOfBoundsException | NegativeArraySizeException | WeftException e) {
          throw new WeftException(
              ErrorCode.DATA,
              "Key group "
                  + number
                  + " of the state of "
                  + where
                  + " is damaged: "
                  + e.getMessage(),
              e);
        }
      }
    }
  }

  private void readGroup(ByteSource source, int group, Visitor visitor) {
    for (int size = isIncrement() ? source.readVarInt() : 0; size > 0; size = source.readVarInt()) {
      for (Object key : readKeys(source, size)) {
        visitor.removed(key);
      }
    }
    for (int size = source.readVarInt(); size > 0; size = source.readVarInt()) {
      readRows(source, group, size, visitor);
    }
    readTimers(source, group, true, visitor);
    readTimers(source, group, false, visitor);
    while (panes != null && source.remaining() > 0) {
      readPanes(source, group, visitor);
    }
    if (source.remaining() > 0) {
      throw source.damaged(source.remaining() + " bytes are left");
    }
  }

  /** A block: keys, and per pane which of them it has and their accumulators. */
  private void readPanes(ByteSource source, int group, Visitor visitor) {
    int size = source.readVarInt();
    if (size == 0 || size > source.remaining()) {
      throw source.damaged("a block of panes has " + size + " keys");
    }
    Object[] keys = readKeys(source, size);
    int[] bits = new int[size];
    Object[] values = new Object[size];
    for (int count = source.readVarInt(); count > 0; count--) {
      long start = source.readLong();
      source.readBits(bits, size);
      int present = (int) Arrays.stream(bits).filter(bit -> bit != 0).count();
      accumulatorType.read(source, values, present);
      for (int i = 0, next = 0; i < size; i++) {
        if (bits[i] != 0) {
          visitor.pane(new Pane(group, keys[i], start, start + panes.paneMillis(), values[next++]));
        }
      }
    }
  }

  private void readRows(ByteSource source, int group, int size, Visitor visitor) {
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
    block.forEach(visitor::row);
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

  private void readTimers(ByteSource source, int group, boolean eventTime, Visitor visitor) {
    for (int size = source.readVarInt(); size > 0; size = source.readVarInt()) {
      long[] times = new long[size];
      source.readLongs(times, size);
      source.readLongs(new long[size], size);
      Object[] keys = readKeys(source, size);
      for (int i = 0; i < size; i++) {
        visitor.timer(new Timer(group, eventTime, times[i], keys[i]));
      }
    }
  }
}
