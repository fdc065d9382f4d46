package dev.weft.engine.batch.stored;

import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.Kind;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.ColumnCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the text of a type. */
final class StoredTypeText {
  private static final String NOT_NULL = " NOT NULL";
  private static final List<TypeInformation<?>> BASIC =
      List.of(
          Types.VOID,
          Types.STRING,
          Types.BOOLEAN,
          Types.BYTE,
          Types.SHORT,
          Types.INT,
          Types.LONG,
          Types.FLOAT,
          Types.DOUBLE,
          Types.CHAR,
          Types.BYTES,
          Types.BIG_DEC,
          Types.BIG_INT,
          Types.LOCAL_DATE,
          Types.LOCAL_TIME,
          Types.LOCAL_DATE_TIME,
          Types.INSTANT);
  private static final Map<Kind, Class<?>> PRIMITIVE_ARRAYS =
      Map.of(
          Kind.BOOLEAN, boolean[].class,
          Kind.SHORT, short[].class,
          Kind.CHAR, char[].class,
          Kind.INT, int[].class,
          Kind.FLOAT, float[].class,
          Kind.LONG, long[].class,
          Kind.DOUBLE, double[].class);

  private final String text;
  private int position;

  StoredTypeText(String text) {
    this.text = text;
  }

  StoredType parse() {
    StoredType type = type();
    if (position < text.length()) {
      throw unexpected();
    }
    return type;
  }

  private IllegalArgumentException unexpected() {
    return new IllegalArgumentException("'" + text + "' is no type as far as position " + position);
  }

  private boolean take(String word) {
    boolean found = text.startsWith(word, position);
    position += found ? word.length() : 0;
    return found;
  }

  private void expect(String word) {
    if (!take(word)) {
      throw unexpected();
    }
  }

  /** Everything up to one of the characters that end a name. */
  private String name() {
    int begin = position;
    while (position < text.length() && "{}<>, ".indexOf(text.charAt(position)) < 0) {
      position++;
    }
    if (begin == position) {
      throw unexpected();
    }
    return text.substring(begin, position);
  }

  private StoredType type() {
    if (take("ENUM ")) {
      return new StoredType.Constant(name());
    }
    if (take("CUSTOM ")) {
      return new StoredType.Custom(name());
    }
    if (take("LIST<")) {
      StoredType element = type();
      expect(">");
      return new StoredType.Sequence(false, element);
    }
    if (take("MAP<")) {
      StoredType key = type();
      expect(", ");
      StoredType value = type();
      expect(">");
      return new StoredType.Mapping(key, value);
    }
    if (take("ARRAY<")) {
      return array();
    }
    boolean isRecord = take("RECORD ");
    if (isRecord || take("POJO ")) {
      String className = name();
      return new StoredType.Composite(isRecord, className, fields());
    }
    return basic(name());
  }

  private StoredType array() {
    StoredType element = type();
    boolean primitive = take(NOT_NULL);
    expect(">");
    if (!primitive) {
      return new StoredType.Sequence(true, element);
    }
    if (!(element instanceof StoredType.Basic basic)
        || !PRIMITIVE_ARRAYS.containsKey(basic.kind())) {
      throw unexpected();
    }
    TypeInformation<?> type = TypeInformation.of(PRIMITIVE_ARRAYS.get(basic.kind()));
    return new StoredType.Basic(
        "ARRAY<" + basic.name() + NOT_NULL + ">", null, ColumnCodec.of(type));
  }

  private List<StoredType.StoredField> fields() {
    List<StoredType.StoredField> fields = new ArrayList<>();
    expect("{");
    while (!take("}")) {
      if (!fields.isEmpty()) {
        expect(", ");
      }
      String field = name();
      expect(" ");
      StoredType type = type();
      fields.add(new StoredType.StoredField(field, type, take(NOT_NULL)));
    }
    return fields;
  }

  private StoredType basic(String name) {
    for (TypeInformation<?> type : BASIC) {
      if (type instanceof TypeInformation.BasicType<?> basic && basic.kind().name().equals(name)) {
        return StoredType.Basic.of(basic);
      }
    }
    throw unexpected();
  }
}
