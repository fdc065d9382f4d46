package dev.weft.api.types;

import java.io.Serializable;
import java.util.List;

/**
 * The logical type of records, from which the engine makes codecs. A closed set: basic values,
 * composites (Java records and POJOs) and containers.
 *
 * @param <T> the Java class
 */
public sealed interface TypeInformation<T> extends Serializable {
  /** The Java class of the values. */
  Class<T> typeClass();

  /** Basic values. */
  enum Kind {
    BOOLEAN,
    BYTE,
    SHORT,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    CHAR,
    STRING,
    BYTES,
    /** {@code java.math.BigDecimal}: unscaled bytes and scale. */
    DECIMAL,
    /** {@code java.math.BigInteger}. */
    BIG_INTEGER,
    /** {@code java.time.LocalDate}: days since 1970-01-01. */
    DATE,
    /** {@code java.time.LocalTime}: nanoseconds of the day. */
    TIME,
    /** {@code java.time.LocalDateTime}: seconds and nanoseconds. */
    TIMESTAMP,
    /** {@code java.time.Instant}: seconds and nanoseconds. */
    INSTANT,
    /** {@code java.lang.Void}: no value. */
    VOID
  }

  /** A basic value; boxed and primitive classes share one type, a boxed one may be null. */
  record BasicType<T>(Class<T> typeClass, Kind kind) implements TypeInformation<T> {}

  /** One of an enum's constants, written by name. */
  record EnumType<E extends Enum<E>>(Class<E> typeClass) implements TypeInformation<E> {}

  /**
   * A field of a composite.
   *
   * @param name the component or property
   * @param type its type
   * @param primitive whether it is of a Java primitive type and so never null
   */
  record Field(String name, TypeInformation<?> type, boolean primitive) implements Serializable {}

  /** A Java record, in the order of its components. */
  record RecordType<T>(Class<T> typeClass, List<Field> fields) implements TypeInformation<T> {}

  /** A class with a public no-argument constructor and public fields or getters and setters. */
  record PojoType<T>(Class<T> typeClass, List<Field> fields) implements TypeInformation<T> {}

  /** A {@code java.util.List}. */
  record ListType<E>(TypeInformation<E> element) implements TypeInformation<List<E>> {
    @Override
    @SuppressWarnings("unchecked")
    public Class<List<E>> typeClass() {
      return (Class<List<E>>) (Class<?>) List.class;
    }
  }

  /** A {@code java.util.Map}. */
  record MapType<K, V>(TypeInformation<K> key, TypeInformation<V> value)
      implements TypeInformation<java.util.Map<K, V>> {
    @Override
    @SuppressWarnings("unchecked")
    public Class<java.util.Map<K, V>> typeClass() {
      return (Class<java.util.Map<K, V>>) (Class<?>) java.util.Map.class;
    }
  }

  /** An array of objects or primitives (but {@code byte[]}, which is basic). */
  record ArrayType<A>(Class<A> typeClass, TypeInformation<?> element)
      implements TypeInformation<A> {}

  /** A class with a serializer given by the user. */
  record CustomType<T>(Class<T> typeClass, TypeSerializer<T> serializer)
      implements TypeInformation<T> {}

  /**
   * The type of a class.
   *
   * @throws dev.weft.api.error.WeftException with code USER when no schema follows from the class;
   *     the message says how to give it one
   */
  static <T> TypeInformation<T> of(Class<T> typeClass) {
    return TypeDerivation.ofClass(typeClass);
  }

  /** The generic type that a hint carries. */
  static <T> TypeInformation<T> of(TypeHint<T> hint) {
    return hint.getTypeInfo();
  }

  /**
   * The type of a generic type, such as the generic type of a field.
   *
   * @throws dev.weft.api.error.WeftException with code USER when no schema follows from it
   */
  static TypeInformation<?> of(java.lang.reflect.Type type) {
    return TypeDerivation.ofType(type);
  }
}
