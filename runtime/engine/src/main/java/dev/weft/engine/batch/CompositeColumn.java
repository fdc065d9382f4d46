package dev.weft.engine.batch;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.BasicType;
import dev.weft.api.types.TypeInformation.Kind;
import java.util.Arrays;
import java.util.List;

/** Records and POJOs: a column per field, one after the other, primitives without null bits. */
final class CompositeColumn extends ColumnCodec {
  private final Class<?> type;
  private final boolean bySetters;
  private final boolean immutable;
  private final FieldColumn[] fields;
  private final Object[] columns;
  private final RowMaker maker;

  CompositeColumn(Class<?> type, List<TypeInformation.Field> fields) {
    Members members = Members.of(type);
    this.type = type;
    this.bySetters = !type.isRecord();
    this.maker = members.maker();
    this.columns = new Object[fields.size()];
    this.fields = new FieldColumn[fields.size()];
    boolean fixed = type.isRecord();
    for (int i = 0; i < this.fields.length; i++) {
      this.fields[i] = new FieldColumn(members, fields.get(i));
      fixed &= this.fields[i].codec == null || this.fields[i].codec.immutable();
    }
    this.immutable = fixed;
  }

  @Override
  void writeDense(Object[] values, int size, ByteSink target) {
    for (int i = 0; i < size; i++) {
      if (values[i].getClass() != type) {
        throw foreign(values[i]);
      }
    }
    for (FieldColumn field : fields) {
      field.load(values, size);
      field.write(size, target);
      field.forget(size);
    }
  }

  private WeftException foreign(Object value) {
    return new WeftException(
        ErrorCode.USER,
        "A value of "
            + value.getClass().getName()
            + " was emitted where "
            + type.getName()
            + " is declared; emit that class itself, or declare the other with .returns(...)");
  }

  @Override
  void readDense(ByteSource source, Object[] target, int size) {
    for (int i = 0; i < fields.length; i++) {
      columns[i] = fields[i].read(source, size);
    }
    assemble(size, target);
  }

  private void assemble(int size, Object[] target) {
    maker.make(columns, size, target);
    for (FieldColumn field : fields) {
      if (bySetters) {
        field.store(target, size);
      }
      field.forget(size);
    }
  }

  @Override
  public Object copy(Object value) {
    if (immutable) {
      return value;
    }
    Object[] row = {value};
    for (int i = 0; i < fields.length; i++) {
      columns[i] = fields[i].load(row, 1);
      fields[i].copyFirst();
    }
    assemble(1, row);
    return row[0];
  }

  @Override
  public boolean immutable() {
    return immutable;
  }

  /** A field with the memory for its column. */
  private static final class FieldColumn {
    private final FieldAccess access;
    private final Kind primitive;
    private final ColumnCodec codec;
    private final boolean wide;
    private int[] ints = new int[0];
    private long[] longs = new long[0];
    private Object[] objects = new Object[0];

    FieldColumn(Members members, TypeInformation.Field field) {
      this.access = members.access(field.name());
      this.primitive = field.primitive() ? ((BasicType<?>) field.type()).kind() : null;
      this.wide = primitive == Kind.LONG || primitive == Kind.DOUBLE;
      this.codec = field.primitive() ? null : ColumnCodec.of(field.type());
    }

    /** Takes the field out of rows and returns the array that holds it. */
    Object load(Object[] rows, int size) {
      if (codec != null) {
        objects = room(objects, size);
        access.objects(rows, size, objects);
        return objects;
      }
      if (wide) {
        longs = room(longs, size);
        access.longs(rows, size, longs);
        return longs;
      }
      ints = room(ints, size);
      access.ints(rows, size, ints);
      return ints;
    }

    void write(int size, ByteSink target) {
      if (codec != null) {
        codec.write(objects, size, target);
      } else if (wide) {
        target.writeLongs(longs, size);
      } else {
        IntsColumn.write(primitive, ints, size, target);
      }
    }

    Object read(ByteSource source, int size) {
      if (codec != null) {
        objects = room(objects, size);
        codec.read(source, objects, size);
        return objects;
      }
      if (wide) {
        longs = room(longs, size);
        source.readLongs(longs, size);
        return longs;
      }
      ints = room(ints, size);
      IntsColumn.read(primitive, source, ints, size);
      return ints;
    }

    void store(Object[] rows, int size) {
      if (codec != null) {
        access.setObjects(rows, size, objects);
      } else if (wide) {
        access.setLongs(rows, size, longs);
      } else {
        access.setInts(rows, size, ints);
      }
    }

    void copyFirst() {
      if (codec != null && objects[0] != null) {
        objects[0] = codec.copy(objects[0]);
      }
    }

    void forget(int size) {
      if (codec != null) {
        Arrays.fill(objects, 0, size, null);
      }
    }
  }
}
