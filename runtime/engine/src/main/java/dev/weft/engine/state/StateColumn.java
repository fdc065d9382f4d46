package dev.weft.engine.state;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.State;
import dev.weft.api.state.StateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.batch.ColumnCodec;
import dev.weft.engine.batch.TypeText;
import dev.weft.engine.batch.stored.Recoding;

/**
 * One state of an operator: its place in the rows and how its values are written. A state that was
 * restored and is not declared (yet) has no codec; its cells are the values' bytes.
 */
final class StateColumn {
  /** What a cell stands for. Snapshots name kinds by their place here. */
  enum Kind {
    VALUE,
    LIST,
    MAP;

    static Kind of(StateDescriptor<?, ?> descriptor) {
      if (descriptor instanceof ListStateDescriptor<?>) {
        return LIST;
      }
      return descriptor instanceof MapStateDescriptor<?, ?> ? MAP : VALUE;
    }
  }

  final String name;
  final Kind kind;
  private String type;

  /** Where in a row the cell is; the key is at 0. */
  final int offset;

  private ColumnCodec codec;
  private ColumnCodec writer;
  private State handle;
  private boolean elementsFixed;
  private Expiry expiry;
  private Contents contents;
  private TypeInformation<?> declaredType;
  private Recoding recoding; // null unless cells hold bytes of another type

  StateColumn(String name, Kind kind, String type, int offset) {
    this.name = name;
    this.kind = kind;
    this.type = type;
    this.offset = offset;
  }

  boolean declared() {
    return codec != null;
  }

  /** Takes the declaration and makes the handle that users get. */
  void declare(StateDescriptor<?, ?> descriptor, RowStore store) {
    declaredType = descriptor.getType();
    codec = ColumnCodec.of(descriptor.getType());
    writer = ColumnCodec.of(descriptor.getType());
    if (descriptor instanceof ListStateDescriptor<?> list) {
      elementsFixed = ColumnCodec.of(list.getType().element()).immutable();
    } else if (descriptor instanceof MapStateDescriptor<?, ?> map) {
      elementsFixed = ColumnCodec.of(map.getType().value()).immutable();
    }
    handle = store.stateOf(this, descriptor);
  }

  /** Lists or maps on the heap are accounted for there. */
  void accountTo(Contents newContents) {
    contents = newContents;
  }

  /** Where lists or maps are accounted for; null for single values and in databases. */
  Contents contents() {
    return contents;
  }

  /** A cell with what has not expired of another; null when all has. */
  HeapState.Cell replaced(Object cell, Object live, int since) {
    if (contents != null) {
      contents.dropped(cell);
    }
    if (live == null) {
      return null;
    }
    HeapState.Cell next = new HeapState.Cell(live, since);
    count(next);
    return next;
  }

  /** Accounts for all contents of a new cell. */
  void count(Object cell) {
    if (contents != null && cell instanceof HeapState.Cell inner) {
      contents.countAll(inner);
    }
  }

  void expiry(Expiry newExpiry) {
    expiry = newExpiry;
  }

  /** Which values have expired, or null when none ever does. */
  Expiry expiry() {
    return expiry;
  }

  /** Whether the elements of a list or the values of a map can never change. */
  boolean elementsFixed() {
    return elementsFixed;
  }

  State handle() {
    return handle;
  }

  /** The task's codec. */
  ColumnCodec codec() {
    return codec;
  }

  /** The codec for whoever writes a frozen state; null when the cells are bytes. */
  ColumnCodec writer() {
    return writer;
  }

  /** Whether values are kept in {@link HeapState.Cell}s. */
  boolean inCells() {
    return kind != Kind.VALUE || !codec.immutable();
  }

  /** The type in words: as declared, else as the snapshot has it. */
  String type() {
    return type;
  }

  /** Whether restored cells hold bytes of another type. */
  boolean isRecoding() {
    return recoding != null;
  }

  /** Every restored cell is decoded: none holds bytes of another type any more. */
  void recoded() {
    recoding = null;
  }

  /**
   * How values of a snapshot become values of the declared type; null when they need not.
   *
   * @throws WeftException with code USER when they can not
   */
  Recoding recodingFrom(String stored, String operator) {
    return declaredType == null || stored.equals(type)
        ? null
        : Recoding.of(stored, declaredType, where(operator));
  }

  private String where(String operator) {
    return "State '" + name + "' of " + operator;
  }

  /** A cell from the bytes of a value. */
  Object decode(byte[] restored, String operator, int since) {
    if (codec == null) {
      return restored;
    }
    byte[] bytes = recoding == null ? restored : recoding.apply(restored);
    return decode(new ByteSource(bytes, 0, bytes.length), operator, since);
  }

  /** A cell from all bytes of a source, which are of the declared type. */
  Object decode(ByteSource source, String operator, int since) {
    if (codec == null) {
      return source.readByteArray(source.remaining());
    }
    Object value;
    try {
      value = codec.readValue(source);
    } catch (WeftException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new WeftException(
          ErrorCode.ENGINE,
          "A value of state '" + name + "' of " + operator + " is damaged: " + e.getMessage(),
          e);
    }
    if (source.remaining() > 0) {
      throw source.damaged("a value of state '" + name + "' of " + operator + " is too long");
    }
    return inCells() ? new HeapState.Cell(value, since) : value;
  }

  /** Appends the bytes of a cell. */
  void encode(Object cell, ByteSink target, String operator) {
    encode(cell instanceof HeapState.Cell inner ? inner.value : cell, codec, target, operator);
  }

  /**
   * Appends the bytes of a value.
   *
   * @param values the codec to use; null where the value is bytes
   */
  void encode(Object value, ColumnCodec values, ByteSink target, String operator) {
    if (values == null) {
      byte[] bytes = (byte[]) value;
      target.write(bytes, 0, bytes.length);
      return;
    }
    try {
      values.writeValue(value, target);
    } catch (ClassCastException e) {
      throw new WeftException(
          ErrorCode.USER,
          "A value of state '"
              + name
              + "' of "
              + operator
              + " does not fit its type "
              + type
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /**
   * Refuses a declaration that does not fit. What a snapshot has of the state may be of a type from
   * which the declared one follows.
   */
  void checkDeclaration(Kind otherKind, TypeInformation<?> other, String operator) {
    String otherType = TypeText.of(other);
    if (kind == otherKind && type.equals(otherType)) {
      return;
    }
    if (!declared()) {
      if (kind != otherKind) {
        throw mismatch(operator, text(otherKind, otherType), text(kind, type));
      }
      recoding = Recoding.of(type, other, where(operator));
      type = otherType;
      return;
    }
    throw new WeftException(
        ErrorCode.USER,
        "State '"
            + name
            + "' of "
            + operator
            + " is declared as "
            + text(kind, type)
            + " and as "
            + text(otherKind, otherType)
            + "; give each state a name of its own");
  }

  /** Refuses what a checkpoint holds when it does not fit. */
  void checkRestored(Kind otherKind, String otherType, String operator) {
    boolean follows = declared() && kind == otherKind;
    if (!follows && (kind != otherKind || !type.equals(otherType))) {
      throw mismatch(operator, text(kind, type), text(otherKind, otherType));
    }
  }

  private WeftException mismatch(String operator, String declared, String restored) {
    return new WeftException(
        ErrorCode.USER,
        "State '"
            + name
            + "' of "
            + operator
            + " is declared as "
            + declared
            + " but the checkpoint holds it as "
            + restored
            + "; declare it as it was, or give the new state another name");
  }

  private static String text(Kind kind, String type) {
    return (kind == Kind.VALUE ? "value of " : "") + type;
  }
}
