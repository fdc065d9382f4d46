package dev.weft.engine.protocol;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;

/** How values of one Java type lie in Avro's binary form. */
sealed interface ValueShape {
  /** The Avro schema. */
  Schema schema();

  /** Writes a value. */
  void write(Object value, Encoder out) throws IOException;

  /** Reads a value. */
  Object read(Decoder in) throws IOException;

  /**
   * Makes a value of what Avro's generic reader made of the bytes of another version.
   *
   * @throws IOException when the versions do not fit together; says where
   */
  Object adapt(Object generic) throws IOException;

  /** The value as what its schema says it is. */
  private static <V> V part(Class<V> type, Object generic) throws IOException {
    if (!type.isInstance(generic)) {
      String found = generic == null ? "null" : generic.getClass().getSimpleName();
      throw new IOException("found " + found + " in place of " + type.getSimpleName());
    }
    return type.cast(generic);
  }

  /** Kinds without parts. */
  enum Primitive implements ValueShape {
    INT(Schema.Type.INT) {
      @Override
      public void write(Object value, Encoder out) throws IOException {
        out.writeInt((Integer) value);
      }

      @Override
      public Object read(Decoder in) throws IOException {
        return in.readInt();
      }

      @Override
      public Object adapt(Object generic) throws IOException {
        return part(Integer.class, generic);
      }
    },
    LONG(Schema.Type.LONG) {
      @Override
      public void write(Object value, Encoder out) throws IOException {
        out.writeLong((Long) value);
      }

      @Override
      public Object read(Decoder in) throws IOException {
        return in.readLong();
      }

      @Override
      public Object adapt(Object generic) throws IOException {
        return generic instanceof Integer i ? (Object) i.longValue() : part(Long.class, generic);
      }
    },
    DOUBLE(Schema.Type.DOUBLE) {
      @Override
      public void write(Object value, Encoder out) throws IOException {
        out.writeDouble((Double) value);
      }

      @Override
      public Object read(Decoder in) throws IOException {
        return in.readDouble();
      }

      @Override
      public Object adapt(Object generic) throws IOException {
        return part(Double.class, generic);
      }
    },
    BOOLEAN(Schema.Type.BOOLEAN) {
      @Override
      public void write(Object value, Encoder out) throws IOException {
        out.writeBoolean((Boolean) value);
      }

      @Override
      public Object read(Decoder in) throws IOException {
        return in.readBoolean();
      }

      @Override
      public Object adapt(Object generic) throws IOException {
        return part(Boolean.class, generic);
      }
    },
    STRING(Schema.Type.STRING) {
      @Override
      public void write(Object value, Encoder out) throws IOException {
        out.writeString((String) value);
      }

      @Override
      public Object read(Decoder in) throws IOException {
        return in.readString();
      }

      @Override
      public Object adapt(Object generic) throws IOException {
        return part(CharSequence.class, generic).toString();
      }
    },
    BYTES(Schema.Type.BYTES) {
      @Override
      public void write(Object value, Encoder out) throws IOException {
        out.writeBytes((byte[]) value);
      }

      @Override
      public Object read(Decoder in) throws IOException {
        ByteBuffer buffer = in.readBytes(null);
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
      }

      @Override
      public Object adapt(Object generic) throws IOException {
        ByteBuffer buffer = part(ByteBuffer.class, generic).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
      }
    };

    private final Schema schema;

    Primitive(Schema.Type type) {
      this.schema = Schema.create(type);
    }

    @Override
    public Schema schema() {
      return schema;
    }
  }

  /** Constants of an enum. */
  record Constant(Schema schema, Object[] constants) implements ValueShape {
    @Override
    public void write(Object value, Encoder out) throws IOException {
      out.writeEnum(((Enum<?>) value).ordinal());
    }

    @Override
    public Object read(Decoder in) throws IOException {
      int ordinal = in.readEnum();
      if (ordinal < 0 || ordinal >= constants.length) {
        throw new IOException(schema.getName() + " has no constant number " + ordinal);
      }
      return constants[ordinal];
    }

    @Override
    public Object adapt(Object generic) throws IOException {
      String name = part(GenericEnumSymbol.class, generic).toString();
      for (Object constant : constants) {
        if (((Enum<?>) constant).name().equals(name)) {
          return constant;
        }
      }
      throw new IOException(schema.getName() + " has no constant " + name);
    }
  }

  /** A list. */
  record Listed(Schema schema, ValueShape element) implements ValueShape {
    @Override
    public void write(Object value, Encoder out) throws IOException {
      List<?> list = (List<?>) value;
      out.writeArrayStart();
      out.setItemCount(list.size());
      for (Object item : list) {
        out.startItem();
        element.write(item, out);
      }
      out.writeArrayEnd();
    }

    @Override
    public Object read(Decoder in) throws IOException {
      ArrayList<Object> list = new ArrayList<>();
      for (long n = in.readArrayStart(); n != 0; n = in.arrayNext()) {
        for (long i = 0; i < n; i++) {
          list.add(element.read(in));
        }
      }
      list.trimToSize();
      return Collections.unmodifiableList(list);
    }

    @Override
    public Object adapt(Object generic) throws IOException {
      ArrayList<Object> list = new ArrayList<>();
      for (Object item : part(List.class, generic)) {
        list.add(element.adapt(item));
      }
      return Collections.unmodifiableList(list);
    }
  }

  /** An array of longs. */
  record Longs(Schema schema) implements ValueShape {
    @Override
    public void write(Object value, Encoder out) throws IOException {
      long[] array = (long[]) value;
      out.writeArrayStart();
      out.setItemCount(array.length);
      for (long item : array) {
        out.startItem();
        out.writeLong(item);
      }
      out.writeArrayEnd();
    }

    @Override
    public Object read(Decoder in) throws IOException {
      long[] array = new long[16];
      int size = 0;
      for (long n = in.readArrayStart(); n != 0; n = in.arrayNext()) {
        for (long i = 0; i < n; i++) {
          if (size == array.length) {
            array = java.util.Arrays.copyOf(array, size * 2);
          }
          array[size++] = in.readLong();
        }
      }
      return java.util.Arrays.copyOf(array, size);
    }

    @Override
    public Object adapt(Object generic) throws IOException {
      List<?> list = part(List.class, generic);
      long[] array = new long[list.size()];
      for (int i = 0; i < array.length; i++) {
        array[i] = part(Number.class, list.get(i)).longValue();
      }
      return array;
    }
  }

  /** A map with text keys; keeps its order. */
  record Mapped(Schema schema, ValueShape element) implements ValueShape {
    @Override
    public void write(Object value, Encoder out) throws IOException {
      Map<?, ?> map = (Map<?, ?>) value;
      out.writeMapStart();
      out.setItemCount(map.size());
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.startItem();
        out.writeString((String) entry.getKey());
        element.write(entry.getValue(), out);
      }
      out.writeMapEnd();
    }

    @Override
    public Object read(Decoder in) throws IOException {
      LinkedHashMap<String, Object> map = new LinkedHashMap<>();
      for (long n = in.readMapStart(); n != 0; n = in.mapNext()) {
        for (long i = 0; i < n; i++) {
          String key = in.readString();
          map.put(key, element.read(in));
        }
      }
      return Collections.unmodifiableMap(map);
    }

    @Override
    public Object adapt(Object generic) throws IOException {
      LinkedHashMap<String, Object> map = new LinkedHashMap<>();
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) part(Map.class, generic)).entrySet()) {
        map.put(entry.getKey().toString(), element.adapt(entry.getValue()));
      }
      return Collections.unmodifiableMap(map);
    }
  }

  /** A value or null. */
  record OrNull(Schema schema, ValueShape element) implements ValueShape {
    @Override
    public void write(Object value, Encoder out) throws IOException {
      out.writeIndex(value == null ? 0 : 1);
      if (value != null) {
        element.write(value, out);
      }
    }

    @Override
    public Object read(Decoder in) throws IOException {
      return in.readIndex() == 0 ? null : element.read(in);
    }

    @Override
    public Object adapt(Object generic) throws IOException {
      return generic == null ? null : element.adapt(generic);
    }
  }

  /**
   * A record.
   *
   * @param accessors of type {@code (Object)Object}
   * @param constructor of type {@code (Object[])Object}
   */
  record Fields(
      Schema schema, ValueShape[] fields, MethodHandle[] accessors, MethodHandle constructor)
      implements ValueShape {
    @Override
    public void write(Object value, Encoder out) throws IOException {
      for (int i = 0; i < fields.length; i++) {
        Object part = component(value, i);
        if (part == null && !(fields[i] instanceof OrNull)) {
          throw new IllegalStateException(
              schema.getName() + "." + schema.getFields().get(i).name() + " must not be null");
        }
        fields[i].write(part, out);
      }
    }

    private Object component(Object value, int index) {
      try {
        return (Object) accessors[index].invokeExact(value);
      } catch (Throwable e) {
        throw new IllegalStateException("reading a component of " + schema.getName(), e);
      }
    }

    @Override
    public Object read(Decoder in) throws IOException {
      Object[] parts = new Object[fields.length];
      for (int i = 0; i < fields.length; i++) {
        parts[i] = fields[i].read(in);
      }
      return construct(parts);
    }

    private Object construct(Object[] parts) throws IOException {
      try {
        return (Object) constructor.invokeExact(parts);
      } catch (Throwable e) {
        throw new IOException("The parts of a " + schema.getName() + " do not fit together", e);
      }
    }

    @Override
    public Object adapt(Object generic) throws IOException {
      GenericRecord record = part(GenericRecord.class, generic);
      Object[] parts = new Object[fields.length];
      for (int i = 0; i < fields.length; i++) {
        String name = schema.getFields().get(i).name();
        boolean present = record.getSchema().getField(name) != null;
        if (!present && !(fields[i] instanceof OrNull)) {
          throw new IOException(schema.getName() + "." + name + " is missing");
        }
        try {
          parts[i] = present ? fields[i].adapt(record.get(name)) : null;
        } catch (IOException e) {
          throw new IOException(schema.getName() + "." + name + ": " + e.getMessage(), e);
        }
      }
      return construct(parts);
    }
  }

  /** One of several records. */
  record OneOf(Schema schema, Map<Class<?>, Integer> indexes, ValueShape[] branches)
      implements ValueShape {
    @Override
    public void write(Object value, Encoder out) throws IOException {
      int index = indexes.get(value.getClass());
      out.writeIndex(index);
      branches[index].write(value, out);
    }

    @Override
    public Object read(Decoder in) throws IOException {
      int index = in.readIndex();
      if (index < 0 || index >= branches.length) {
        throw new IOException("There is no kind number " + index);
      }
      return branches[index].read(in);
    }

    @Override
    public Object adapt(Object generic) throws IOException {
      String name = part(GenericRecord.class, generic).getSchema().getName();
      for (ValueShape branch : branches) {
        if (branch.schema().getName().equals(name)) {
          return branch.adapt(generic);
        }
      }
      throw new IOException(
          "this version does not know '" + name + "', which a newer one made; use one version");
    }
  }
}
