package dev.weft.api.types;

import dev.weft.api.types.TypeInformation.ArrayType;
import dev.weft.api.types.TypeInformation.BasicType;
import dev.weft.api.types.TypeInformation.CustomType;
import dev.weft.api.types.TypeInformation.EnumType;
import dev.weft.api.types.TypeInformation.Field;
import dev.weft.api.types.TypeInformation.ListType;
import dev.weft.api.types.TypeInformation.MapType;
import dev.weft.api.types.TypeInformation.PojoType;
import dev.weft.api.types.TypeInformation.RecordType;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes values of any type by reflection: for the few records that a program carries along. The
 * engine has faster ways for streams.
 *
 * @param <T> the class
 */
public final class SchemaSerializer<T> implements TypeSerializer<T> {
  private static final long serialVersionUID = 1;

  private final TypeInformation<T> type;

  /** A serializer of the values of a type. */
  public SchemaSerializer(TypeInformation<T> type) {
    this.type = type;
  }

  @Override
  public void serialize(T value, DataOutput target) throws IOException {
    write(type, value, target);
  }

  @Override
  @SuppressWarnings("unchecked")
  public T deserialize(DataInput source) throws IOException {
    return (T) read(type, source);
  }

  private static void write(TypeInformation<?> type, Object value, DataOutput target)
      throws IOException {
    target.writeBoolean(value != null);
    if (value == null) {
      return;
    }
    if (!type.typeClass().isInstance(value)) {
      throw new ClassCastException(value.getClass().getName() + " in place of " + type.typeClass());
    }
    if (type instanceof BasicType<?> basic) {
      writeBasic(basic, value, target);
    } else if (type instanceof EnumType<?>) {
      target.writeUTF(((Enum<?>) value).name());
    } else if (type instanceof RecordType<?> composite) {
      for (Field field : composite.fields()) {
        write(field.type(), component(composite.typeClass(), field.name(), value), target);
      }
    } else if (type instanceof PojoType<?> composite) {
      for (Field field : composite.fields()) {
        write(field.type(), property(composite.typeClass(), field.name(), value), target);
      }
    } else if (type instanceof ListType<?> list) {
      List<?> elements = (List<?>) value;
      target.writeInt(elements.size());
      for (Object element : elements) {
        write(list.element(), element, target);
      }
    } else if (type instanceof MapType<?, ?> map) {
      Map<?, ?> entries = (Map<?, ?>) value;
      target.writeInt(entries.size());
      for (Map.Entry<?, ?> entry : entries.entrySet()) {
        write(map.key(), entry.getKey(), target);
        write(map.value(), entry.getValue(), target);
      }
    } else if (type instanceof ArrayType<?> array) {
      int length = Array.getLength(value);
      target.writeInt(length);
      for (int i = 0; i < length; i++) {
        write(array.element(), Array.get(value, i), target);
      }
    } else {
      writeCustom((CustomType<?>) type, value, target);
    }
  }

  @SuppressWarnings("unchecked")
  private static <V> void writeCustom(CustomType<V> custom, Object value, DataOutput target)
      throws IOException {
    custom.serializer().serialize((V) value, target);
  }

  private static void writeBasic(BasicType<?> basic, Object value, DataOutput target)
      throws IOException {
    switch (basic.kind()) {
      case BOOLEAN -> target.writeBoolean((Boolean) value);
      case BYTE -> target.writeByte((Byte) value);
      case SHORT -> target.writeShort((Short) value);
      case INT -> target.writeInt((Integer) value);
      case LONG -> target.writeLong((Long) value);
      case FLOAT -> target.writeFloat((Float) value);
      case DOUBLE -> target.writeDouble((Double) value);
      case CHAR -> target.writeChar((Character) value);
      case STRING -> writeBytes(((String) value).getBytes(StandardCharsets.UTF_8), target);
      case BYTES -> writeBytes((byte[]) value, target);
      case DECIMAL -> {
        target.writeInt(((BigDecimal) value).scale());
        writeBytes(((BigDecimal) value).unscaledValue().toByteArray(), target);
      }
      case BIG_INTEGER -> writeBytes(((BigInteger) value).toByteArray(), target);
      case DATE -> target.writeLong(((LocalDate) value).toEpochDay());
      case TIME -> target.writeLong(((LocalTime) value).toNanoOfDay());
      case TIMESTAMP -> writeInstant(((LocalDateTime) value).toInstant(ZoneOffset.UTC), target);
      case INSTANT -> writeInstant((Instant) value, target);
      case VOID -> throw new IOException("Void has no values");
    }
  }

  private static Object read(TypeInformation<?> type, DataInput source) throws IOException {
    if (!source.readBoolean()) {
      return null;
    }
    if (type instanceof BasicType<?> basic) {
      return readBasic(basic, source);
    }
    if (type instanceof EnumType<?> constants) {
      return readEnum(constants, source);
    }
    if (type instanceof RecordType<?> composite) {
      return readRecord(composite, source);
    }
    if (type instanceof PojoType<?> composite) {
      return readPojo(composite, source);
    }
    if (type instanceof CustomType<?> custom) {
      return custom.serializer().deserialize(source);
    }
    int size = source.readInt();
    if (type instanceof ListType<?> list) {
      List<Object> elements = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        elements.add(read(list.element(), source));
      }
      return elements;
    }
    if (type instanceof MapType<?, ?> map) {
      Map<Object, Object> entries = new LinkedHashMap<>();
      for (int i = 0; i < size; i++) {
        entries.put(read(map.key(), source), read(map.value(), source));
      }
      return entries;
    }
    ArrayType<?> array = (ArrayType<?>) type;
    Object elements = Array.newInstance(array.typeClass().getComponentType(), size);
    for (int i = 0; i < size; i++) {
      Array.set(elements, i, read(array.element(), source));
    }
    return elements;
  }

  private static Object readBasic(BasicType<?> basic, DataInput source) throws IOException {
    return switch (basic.kind()) {
      case BOOLEAN -> source.readBoolean();
      case BYTE -> source.readByte();
      case SHORT -> source.readShort();
      case INT -> source.readInt();
      case LONG -> source.readLong();
      case FLOAT -> source.readFloat();
      case DOUBLE -> source.readDouble();
      case CHAR -> source.readChar();
      case STRING -> new String(readBytes(source), StandardCharsets.UTF_8);
      case BYTES -> readBytes(source);
      case DECIMAL -> {
        int scale = source.readInt();
        yield new BigDecimal(new BigInteger(readBytes(source)), scale);
      }
      case BIG_INTEGER -> new BigInteger(readBytes(source));
      case DATE -> LocalDate.ofEpochDay(source.readLong());
      case TIME -> LocalTime.ofNanoOfDay(source.readLong());
      case TIMESTAMP -> LocalDateTime.ofInstant(readInstant(source), ZoneOffset.UTC);
      case INSTANT -> readInstant(source);
      case VOID -> throw new IOException("Void has no values");
    };
  }

  private static <E extends Enum<E>> E readEnum(EnumType<E> constants, DataInput source)
      throws IOException {
    return Enum.valueOf(constants.typeClass(), source.readUTF());
  }

  private static Object readRecord(RecordType<?> composite, DataInput source) throws IOException {
    RecordComponent[] components = composite.typeClass().getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = read(composite.fields().get(i).type(), source);
    }
    return reflect(
        () -> accessible(composite.typeClass().getDeclaredConstructor(types)).newInstance(values));
  }

  private static Object readPojo(PojoType<?> composite, DataInput source) throws IOException {
    Constructor<?> constructor =
        reflect(() -> accessible(composite.typeClass().getDeclaredConstructor()));
    Object pojo = reflect(constructor::newInstance);
    for (Field field : composite.fields()) {
      Object value = read(field.type(), source);
      java.lang.reflect.Field member = PojoAccess.field(composite.typeClass(), field.name());
      Method setter = PojoAccess.setter(composite.typeClass(), member);
      reflect(
          () -> {
            if (setter != null) {
              accessible(setter).invoke(pojo, value);
            } else {
              accessible(member).set(pojo, value);
            }
            return null;
          });
    }
    return pojo;
  }

  private static Object component(Class<?> owner, String name, Object value) throws IOException {
    return reflect(() -> accessible(owner.getDeclaredMethod(name)).invoke(value));
  }

  private static Object property(Class<?> owner, String name, Object value) throws IOException {
    java.lang.reflect.Field member = PojoAccess.field(owner, name);
    Method getter = PojoAccess.getter(owner, member);
    return reflect(
        () -> getter != null ? accessible(getter).invoke(value) : accessible(member).get(value));
  }

  private interface Reflection<R> {
    R run() throws ReflectiveOperationException;
  }

  private static <R> R reflect(Reflection<R> reflection) throws IOException {
    try {
      return reflection.run();
    } catch (InvocationTargetException e) {
      throw new IOException("a constructor, getter or setter failed: " + e.getCause(), e);
    } catch (ReflectiveOperationException e) {
      throw new IOException(e.toString(), e);
    }
  }

  private static <M extends AccessibleObject> M accessible(M member) {
    member.setAccessible(true);
    return member;
  }

  private static void writeBytes(byte[] bytes, DataOutput target) throws IOException {
    target.writeInt(bytes.length);
    target.write(bytes);
  }

  private static byte[] readBytes(DataInput source) throws IOException {
    byte[] bytes = new byte[source.readInt()];
    source.readFully(bytes);
    return bytes;
  }

  private static void writeInstant(Instant instant, DataOutput target) throws IOException {
    target.writeLong(instant.getEpochSecond());
    target.writeInt(instant.getNano());
  }

  private static Instant readInstant(DataInput source) throws IOException {
    long seconds = source.readLong();
    return Instant.ofEpochSecond(seconds, source.readInt());
  }
}
