package dev.weft.api.types;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.tuple.Tuple;
import dev.weft.api.tuple.Tuple2;
import dev.weft.api.tuple.Tuple3;
import dev.weft.api.tuple.Tuple4;
import dev.weft.api.tuple.Tuple5;
import dev.weft.api.tuple.Tuple6;
import dev.weft.api.types.TypeInformation.ArrayType;
import dev.weft.api.types.TypeInformation.CustomType;
import dev.weft.api.types.TypeInformation.EnumType;
import dev.weft.api.types.TypeInformation.ListType;
import dev.weft.api.types.TypeInformation.MapType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;

/** The types by name. */
public final class Types {
  /** No value. */
  public static final TypeInformation<Void> VOID = TypeInformation.of(Void.class);

  /** Text. */
  public static final TypeInformation<String> STRING = TypeInformation.of(String.class);

  /** True or false. */
  public static final TypeInformation<Boolean> BOOLEAN = TypeInformation.of(Boolean.class);

  /** 8 bits with sign. */
  public static final TypeInformation<Byte> BYTE = TypeInformation.of(Byte.class);

  /** 16 bits with sign. */
  public static final TypeInformation<Short> SHORT = TypeInformation.of(Short.class);

  /** 32 bits with sign. */
  public static final TypeInformation<Integer> INT = TypeInformation.of(Integer.class);

  /** 64 bits with sign. */
  public static final TypeInformation<Long> LONG = TypeInformation.of(Long.class);

  /** Floating point of 32 bits. */
  public static final TypeInformation<Float> FLOAT = TypeInformation.of(Float.class);

  /** Floating point of 64 bits. */
  public static final TypeInformation<Double> DOUBLE = TypeInformation.of(Double.class);

  /** A UTF-16 code unit. */
  public static final TypeInformation<Character> CHAR = TypeInformation.of(Character.class);

  /** Bytes. */
  public static final TypeInformation<byte[]> BYTES = TypeInformation.of(byte[].class);

  /** A decimal number of any precision. */
  public static final TypeInformation<BigDecimal> BIG_DEC = TypeInformation.of(BigDecimal.class);

  /** A whole number of any size. */
  public static final TypeInformation<BigInteger> BIG_INT = TypeInformation.of(BigInteger.class);

  /** A date. */
  public static final TypeInformation<LocalDate> LOCAL_DATE = TypeInformation.of(LocalDate.class);

  /** A time of the day. */
  public static final TypeInformation<LocalTime> LOCAL_TIME = TypeInformation.of(LocalTime.class);

  /** A date and a time of the day, without a zone. */
  public static final TypeInformation<LocalDateTime> LOCAL_DATE_TIME =
      TypeInformation.of(LocalDateTime.class);

  /** A point in time. */
  public static final TypeInformation<Instant> INSTANT = TypeInformation.of(Instant.class);

  private Types() {}

  /** A list. */
  public static <E> TypeInformation<java.util.List<E>> LIST(TypeInformation<E> element) {
    return new ListType<>(element);
  }

  /** A map. */
  public static <K, V> TypeInformation<java.util.Map<K, V>> MAP(
      TypeInformation<K> key, TypeInformation<V> value) {
    return new MapType<>(key, value);
  }

  /** One of an enum's constants. */
  public static <E extends Enum<E>> TypeInformation<E> ENUM(Class<E> type) {
    return new EnumType<>(type);
  }

  /** A Java record without type parameters; {@link TypeHint} serves the others. */
  public static <T> TypeInformation<T> RECORD(Class<T> type) {
    return TypeInformation.of(type);
  }

  /** A POJO without type parameters; {@link TypeHint} serves the others. */
  public static <T> TypeInformation<T> POJO(Class<T> type) {
    return TypeInformation.of(type);
  }

  /** A tuple of so many fields of the given types. */
  @SuppressWarnings("unchecked")
  public static <T extends Tuple> TypeInformation<T> TUPLE(TypeInformation<?>... fields) {
    Class<? extends Tuple> type =
        switch (fields.length) {
          case 2 -> Tuple2.class;
          case 3 -> Tuple3.class;
          case 4 -> Tuple4.class;
          case 5 -> Tuple5.class;
          case 6 -> Tuple6.class;
          default ->
              throw new WeftException(
                  ErrorCode.USER,
                  "There are tuples of two to six fields, not of "
                      + fields.length
                      + "; write a record");
        };
    List<TypeInformation.Field> named = new ArrayList<>();
    for (TypeInformation<?> field : fields) {
      named.add(new TypeInformation.Field("f" + named.size(), field, false));
    }
    return (TypeInformation<T>) new TypeInformation.PojoType<>(type, List.copyOf(named));
  }

  /** An array of primitives, such as {@code long[].class}. */
  public static <A> TypeInformation<A> PRIMITIVE_ARRAY(Class<A> type) {
    return TypeInformation.of(type);
  }

  /** An array of objects. */
  @SuppressWarnings("unchecked")
  public static <E> TypeInformation<E[]> OBJECT_ARRAY(TypeInformation<E> element) {
    return (ArrayType<E[]>) TypeDerivation.arrayOf(element);
  }

  /** A class with a serializer of the user's own. */
  public static <T> TypeInformation<T> CUSTOM(Class<T> type, TypeSerializer<T> serializer) {
    return new CustomType<>(type, serializer);
  }
}
