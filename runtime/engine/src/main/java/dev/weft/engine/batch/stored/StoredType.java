package dev.weft.engine.batch.stored;

import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.Kind;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.batch.ColumnCodec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A type as a snapshot names it. Reads and writes the values that the type's codec wrote without
 * the user's classes: records and POJOs are maps by field name, arrays of objects are lists, enums
 * are names, and what a serializer of the user's wrote stays bytes. Keeps no scratch memory, so it
 * is for moving state, not for records.
 */
public sealed interface StoredType {
  /** Reads values of which none is null into the beginning of an array. */
  void readDense(ByteSource source, Object[] target, int size);

  /** Appends values of which none is null. */
  void writeDense(Object[] values, int size, ByteSink target);

  /**
   * The type of a text that {@link dev.weft.engine.batch.TypeText} made.
   *
   * @throws IllegalArgumentException when it is none
   */
  static StoredType parse(String text) {
    return new StoredTypeText(text).parse();
  }

  /** Reads values, null or not. */
  default void read(ByteSource source, Object[] target, int size) {
    int nulls = source.readByte();
    if (nulls == 0) {
      readDense(source, target, size);
      return;
    }
    Arrays.fill(target, 0, size, null);
    if (nulls == 1) {
      int[] bits = new int[size];
      source.readBits(bits, size);
      Object[] present = new Object[(int) Arrays.stream(bits).filter(bit -> bit == 0).count()];
      readDense(source, present, present.length);
      for (int i = 0, next = 0; i < size; i++) {
        target[i] = bits[i] == 0 ? present[next++] : null;
      }
    } else if (nulls != 2) {
      throw source.damaged("a column says " + nulls + " about its nulls");
    }
  }

  /** Appends values, null or not. */
  default void write(Object[] values, int size, ByteSink target) {
    Object[] present =
        Arrays.stream(values, 0, size).filter(value -> value != null).toArray(Object[]::new);
    if (present.length == size) {
      target.writeByte(0);
    } else if (present.length == 0) {
      target.writeByte(2);
      return;
    } else {
      target.writeByte(1);
      int[] bits = new int[size];
      for (int i = 0; i < size; i++) {
        bits[i] = values[i] == null ? 1 : 0;
      }
      target.writeBits(bits, size);
    }
    writeDense(present, present.length, target);
  }

  /** A basic type, or an array of a primitive one; its values are what the user sees. */
  record Basic(String name, Kind kind, ColumnCodec codec) implements StoredType {
    static Basic of(TypeInformation.BasicType<?> type) {
      return new Basic(type.kind().name(), type.kind(), ColumnCodec.of(type));
    }

    @Override
    public void readDense(ByteSource source, Object[] target, int size) {
      codec.readPresent(source, target, size);
    }

    @Override
    public void writeDense(Object[] values, int size, ByteSink target) {
      codec.writePresent(values, size, target);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** An enum; its values are names. */
  record Constant(String className) implements StoredType {
    @Override
    public void readDense(ByteSource source, Object[] target, int size) {
      if (size == 0) {
        return;
      }
      String[] names = new String[source.readVarInt()];
      if (names.length == 0 || names.length > size) {
        throw source.damaged(names.length + " names of an enum are given for " + size + " values");
      }
      for (int i = 0; i < names.length; i++) {
        names[i] = source.readString();
      }
      int[] numbers = new int[size];
      int mask = 0xff;
      if (names.length > 256) {
        source.readShorts(numbers, size);
        mask = 0xffff;
      } else if (names.length > 1) {
        source.readBytes(numbers, size);
      }
      for (int i = 0; i < size; i++) {
        int number = numbers[i] & mask;
        if (number >= names.length) {
          throw source.damaged("an enum's name " + number + " of " + names.length + " is used");
        }
        target[i] = names[number];
      }
    }

    @Override
    public void writeDense(Object[] values, int size, ByteSink target) {
      if (size == 0) {
        return;
      }
      Map<Object, Integer> numberOf = new LinkedHashMap<>();
      int[] numbers = new int[size];
      for (int i = 0; i < size; i++) {
        numbers[i] = numberOf.computeIfAbsent(values[i], name -> numberOf.size());
      }
      target.writeVarInt(numberOf.size());
      numberOf.keySet().forEach(name -> target.writeString((String) name));
      if (numberOf.size() > 256) {
        target.writeShorts(numbers, size);
      } else if (numberOf.size() > 1) {
        target.writeBytes(numbers, size);
      }
    }

    @Override
    public String toString() {
      return "ENUM " + className;
    }
  }

  /** A field of a composite; a primitive one is never null. */
  record StoredField(String name, StoredType type, boolean primitive) {
    @Override
    public String toString() {
      return name + " " + type + (primitive ? " NOT NULL" : "");
    }
  }

  /** A record or POJO; its values are maps by field name. */
  record Composite(boolean isRecord, String className, List<StoredField> fields)
      implements StoredType {
    @Override
    public void readDense(ByteSource source, Object[] target, int size) {
      for (int i = 0; i < size; i++) {
        target[i] = new LinkedHashMap<String, Object>();
      }
      Object[] column = new Object[size];
      for (StoredField field : fields) {
        if (field.primitive()) {
          field.type().readDense(source, column, size);
        } else {
          field.type().read(source, column, size);
        }
        for (int i = 0; i < size; i++) {
          asMap(target[i]).put(field.name(), column[i]);
        }
      }
    }

    @Override
    public void writeDense(Object[] values, int size, ByteSink target) {
      Object[] column = new Object[size];
      for (StoredField field : fields) {
        for (int i = 0; i < size; i++) {
          column[i] = asMap(values[i]).get(field.name());
        }
        if (field.primitive()) {
          field.type().writeDense(column, size, target);
        } else {
          field.type().write(column, size, target);
        }
      }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> asMap(Object value) {
      return (Map<String, Object>) value;
    }

    @Override
    public String toString() {
      String kind = isRecord ? "RECORD " : "POJO ";
      return kind
          + className
          + "{"
          + String.join(", ", fields.stream().map(StoredField::toString).toList())
          + "}";
    }
  }

  /** A list, or an array of objects; its values are lists. */
  record Sequence(boolean array, StoredType element) implements StoredType {
    @Override
    public void readDense(ByteSource source, Object[] target, int size) {
      Blocks.Reader blocks = Blocks.read(source, size);
      for (int i = 0; i < size; i++) {
        target[i] = blocks.next(i, element);
      }
    }

    @Override
    public void writeDense(Object[] values, int size, ByteSink target) {
      Blocks.writeLengths(values, size, value -> ((List<?>) value).size(), target);
      Blocks.write(
          Arrays.stream(values, 0, size).flatMap(value -> ((List<?>) value).stream()).toArray(),
          target,
          element);
    }

    @Override
    public String toString() {
      return (array ? "ARRAY<" : "LIST<") + element + ">";
    }
  }

  /** A map; its values are maps. */
  record Mapping(StoredType key, StoredType value) implements StoredType {
    @Override
    public void readDense(ByteSource source, Object[] target, int size) {
      Blocks.Reader blocks = Blocks.read(source, size);
      for (int i = 0; i < size; i++) {
        target[i] = blocks.nextMap(i, key, value);
      }
    }

    @Override
    public void writeDense(Object[] values, int size, ByteSink target) {
      Blocks.writeLengths(values, size, map -> ((Map<?, ?>) map).size(), target);
      Object[] entries =
          Arrays.stream(values, 0, size)
              .flatMap(map -> ((Map<?, ?>) map).entrySet().stream())
              .toArray();
      Blocks.write(entries, target, key, value);
    }

    @Override
    public String toString() {
      return "MAP<" + key + ", " + value + ">";
    }
  }

  /** What a serializer of the user's wrote; its values are bytes. */
  record Custom(String className) implements StoredType {
    @Override
    public void readDense(ByteSource source, Object[] target, int size) {
      for (int i = 0; i < size; i++) {
        target[i] = source.readByteArray(source.readInt());
      }
    }

    @Override
    public void writeDense(Object[] values, int size, ByteSink target) {
      for (int i = 0; i < size; i++) {
        byte[] bytes = (byte[]) values[i];
        target.writeInt(bytes.length);
        target.write(bytes, 0, bytes.length);
      }
    }

    @Override
    public String toString() {
      return "CUSTOM " + className;
    }
  }
}
