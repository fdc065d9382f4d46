package dev.weft.engine.batch;

import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.ArrayType;
import dev.weft.api.types.TypeInformation.BasicType;
import dev.weft.api.types.TypeInformation.CustomType;
import dev.weft.api.types.TypeInformation.EnumType;
import dev.weft.api.types.TypeInformation.Kind;
import dev.weft.api.types.TypeInformation.ListType;
import dev.weft.api.types.TypeInformation.MapType;
import dev.weft.api.types.TypeInformation.PojoType;
import dev.weft.api.types.TypeInformation.RecordType;
import java.util.Arrays;

/**
 * Turns columns of values of one type into bytes and back. A column of nullable values begins with
 * a byte that says whether it has nulls; where it has, null bits follow; then come the values that
 * are there. Not thread-safe; keeps scratch memory.
 */
public abstract class ColumnCodec {
  /** How many values a column has at most. */
  public static final int VALUES_MAX = 4096;

  private static final int NO_NULLS = 0;
  private static final int SOME_NULLS = 1;
  private static final int ALL_NULLS = 2;

  private final Object[] single = new Object[1];
  private Object[] present = new Object[0];
  private int[] bits = new int[0];

  ColumnCodec() {}

  /** The codec of a type. */
  public static ColumnCodec of(TypeInformation<?> type) {
    if (type instanceof BasicType<?> basic) {
      return basic(basic.kind());
    }
    if (type instanceof EnumType<?> constants) {
      return new EnumColumn(constants.typeClass());
    }
    if (type instanceof RecordType<?> composite) {
      return new CompositeColumn(composite.typeClass(), composite.fields());
    }
    if (type instanceof PojoType<?> composite) {
      return new CompositeColumn(composite.typeClass(), composite.fields());
    }
    if (type instanceof ListType<?> list) {
      return new SequenceColumn(of(list.element()), null);
    }
    if (type instanceof MapType<?, ?> map) {
      return new MapColumn(of(map.key()), of(map.value()));
    }
    if (type instanceof ArrayType<?> array) {
      return array(array);
    }
    return new CustomColumn((CustomType<?>) type);
  }

  private static ColumnCodec basic(Kind kind) {
    if (IntsColumn.holds(kind)) {
      return new IntsColumn(kind);
    }
    if (LongsColumn.holds(kind)) {
      return new LongsColumn(kind);
    }
    return switch (kind) {
      case STRING -> new TextColumn();
      default -> new BytesColumn(kind);
    };
  }

  private static ColumnCodec array(ArrayType<?> array) {
    Class<?> component = array.typeClass().getComponentType();
    return component.isPrimitive()
        ? new PrimitiveArrayColumn(((BasicType<?>) array.element()).kind())
        : new SequenceColumn(of(array.element()), component);
  }

  /** Appends the first {@code size} values, none of which is null. */
  abstract void writeDense(Object[] values, int size, ByteSink target);

  /** Reads as many values into the beginning of an array. */
  abstract void readDense(ByteSource source, Object[] target, int size);

  /** A copy of a value that is not null; it shares nothing mutable with the value. */
  public abstract Object copy(Object value);

  /** Whether values of the type can never change. */
  public abstract boolean immutable();

  /**
   * Whether the bytes of values that are there, as {@link #writeValue} makes them, one after the
   * other and behind {@link #beginFull} are those of a column.
   */
  public boolean joined() {
    return false;
  }

  /** Begins a column without nulls. */
  public static void beginFull(ByteSink target) {
    target.writeByte(NO_NULLS);
  }

  /** Appends the first {@code size} values, null or not; at most {@link #VALUES_MAX}. */
  public final void write(Object[] values, int size, ByteSink target) {
    int nulls = 0;
    for (int i = 0; i < size; i++) {
      nulls += values[i] == null ? 1 : 0;
    }
    if (nulls == 0) {
      target.writeByte(NO_NULLS);
      writeDense(values, size, target);
    } else if (nulls == size) {
      target.writeByte(ALL_NULLS);
    } else {
      target.writeByte(SOME_NULLS);
      writeSparse(values, size, target);
    }
  }

  private void writeSparse(Object[] values, int size, ByteSink target) {
    bits = room(bits, size);
    present = room(present, size);
    int count = 0;
    for (int i = 0; i < size; i++) {
      bits[i] = values[i] == null ? 1 : 0;
      if (values[i] != null) {
        present[count++] = values[i];
      }
    }
    target.writeBits(bits, size);
    writeDense(present, count, target);
    Arrays.fill(present, 0, count, null);
  }

  /** Reads {@code size} values, null or not, into the beginning of an array. */
  public final void read(ByteSource source, Object[] target, int size) {
    int nulls = source.readByte();
    if (nulls == NO_NULLS) {
      readDense(source, target, size);
    } else if (nulls == ALL_NULLS) {
      Arrays.fill(target, 0, size, null);
    } else if (nulls == SOME_NULLS) {
      readSparse(source, target, size);
    } else {
      throw source.damaged("a column says " + nulls + " about its nulls");
    }
  }

  private void readSparse(ByteSource source, Object[] target, int size) {
    bits = room(bits, size);
    present = room(present, size);
    source.readBits(bits, size);
    int count = 0;
    for (int i = 0; i < size; i++) {
      count += 1 - bits[i];
    }
    readDense(source, present, count);
    for (int i = 0, next = 0; i < size; i++) {
      target[i] = bits[i] == 0 ? present[next++] : null;
    }
    Arrays.fill(present, 0, count, null);
  }

  /** Appends the first {@code size} values, none of which is null. */
  public final void writePresent(Object[] values, int size, ByteSink target) {
    writeDense(values, size, target);
  }

  /** Reads what {@link #writePresent} wrote into the beginning of an array. */
  public final void readPresent(ByteSource source, Object[] target, int size) {
    readDense(source, target, size);
  }

  /** Appends one value that is not null; {@link #readValue} reads it. */
  public void writeValue(Object value, ByteSink target) {
    single[0] = value;
    writeDense(single, 1, target);
    single[0] = null;
  }

  /** Reads one value. */
  public Object readValue(ByteSource source) {
    readDense(source, single, 1);
    Object value = single[0];
    single[0] = null;
    return value;
  }

  static Object[] room(Object[] scratch, int size) {
    return scratch.length >= size ? scratch : new Object[capacity(size)];
  }

  static int[] room(int[] scratch, int size) {
    return scratch.length >= size ? scratch : new int[capacity(size)];
  }

  static long[] room(long[] scratch, int size) {
    return scratch.length >= size ? scratch : new long[capacity(size)];
  }

  private static int capacity(int size) {
    return size == 1 ? 1 : Math.max(16, Integer.highestOneBit(size - 1) << 1);
  }
}
