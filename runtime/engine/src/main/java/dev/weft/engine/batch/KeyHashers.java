package dev.weft.engine.batch;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.BasicType;
import dev.weft.api.types.TypeInformation.CustomType;
import dev.weft.api.types.TypeInformation.EnumType;
import dev.weft.api.types.TypeInformation.Field;
import dev.weft.api.types.TypeInformation.Kind;
import dev.weft.api.types.TypeInformation.ListType;
import dev.weft.api.types.TypeInformation.PojoType;
import dev.weft.api.types.TypeInformation.RecordType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;

/**
 * Makes key hashers: one method handle per type, composed of the readers of its fields and the
 * hashes of {@link Mixing}, that becomes a constant of a {@link HashTemplate}.
 */
final class KeyHashers {
  private static final MethodHandles.Lookup HERE = MethodHandles.lookup();
  private static final MethodType OF_OBJECT = MethodType.methodType(long.class, Object.class);
  private static final MethodHandle COMBINE = find(Mixing.class, "combine", long.class, long.class);

  private final String root;

  private KeyHashers(String root) {
    this.root = root;
  }

  static KeyHasher of(TypeInformation<?> type) {
    if (type instanceof BasicType<?> basic && basic.kind() == Kind.LONG) {
      return key -> {
        if (key instanceof Long value) {
          return Mixing.fold(Mixing.ofLong(value));
        }
        throw foreign(key, Long.class);
      };
    }
    if (type instanceof BasicType<?> basic && basic.kind() == Kind.STRING) {
      return key -> {
        if (key instanceof String value) {
          return Mixing.fold(Mixing.ofText(value));
        }
        throw foreign(key, String.class);
      };
    }
    MethodHandle hash = new KeyHashers(TypeText.of(type)).hash(type);
    return HiddenCopies.of(HashTemplate.class, hash);
  }

  /** The key, which is not null. */
  static Object present(Object key) {
    if (key == null) {
      throw new WeftException(
          ErrorCode.USER,
          "A key is null; filter such records out before keyBy, or put a value in its place");
    }
    return key;
  }

  private static WeftException foreign(Object key, Class<?> declared) {
    return new WeftException(
        ErrorCode.USER,
        "A key is of "
            + present(key).getClass().getName()
            + " where "
            + declared.getName()
            + " is declared");
  }

  /** What went wrong in a key's own code. */
  static WeftException failed(Throwable cause) {
    if (cause instanceof WeftException known) {
      return known;
    }
    if (cause instanceof Error error && !(cause instanceof AssertionError)) {
      throw error;
    }
    return new WeftException(
        ErrorCode.USER, "The hash of a key cannot be computed: " + cause, cause);
  }

  /** The hash of values of a type that are not null: of Object. */
  private MethodHandle hash(TypeInformation<?> type) {
    if (type instanceof BasicType<?> basic) {
      return ofBasic(basic.kind());
    }
    if (type instanceof EnumType<?> constants) {
      return bound(new ByOrdinal(constants.typeClass()));
    }
    if (type instanceof RecordType<?> composite) {
      return ofFields(composite.typeClass(), composite.fields());
    }
    if (type instanceof PojoType<?> composite) {
      if (declarer(composite.typeClass()) == Object.class) {
        throw refuse(
            composite.typeClass().getName() + " does not override equals",
            "override equals and hashCode over all its fields, or make it a record");
      }
      return ofFields(composite.typeClass(), composite.fields());
    }
    if (type instanceof ListType<?> list) {
      return bound(new OfElements(nullable(hash(list.element()))));
    }
    if (type instanceof CustomType<?> custom) {
      throw refuse(
          custom.typeClass().getName() + " is written by a serializer of its own",
          "key by what identifies it: a number, a String or a record of those");
    }
    boolean map = type instanceof TypeInformation.MapType;
    throw refuse(
        (map ? "a map" : "an array") + " has no hash that is the same for equal ones",
        "key by a List, a String or a record instead");
  }

  private static Class<?> declarer(Class<?> type) {
    try {
      return type.getMethod("equals", Object.class).getDeclaringClass();
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  private WeftException refuse(String reason, String remedy) {
    return new WeftException(
        ErrorCode.USER, "The type " + root + " cannot be a key: " + reason + "; " + remedy);
  }

  private MethodHandle ofBasic(Kind kind) {
    return switch (kind) {
      case BOOLEAN -> find(Mixing.class, "ofBoolean", boolean.class).asType(OF_OBJECT);
      case BYTE -> integral(Byte.class, byte.class);
      case SHORT -> integral(Short.class, short.class);
      case INT -> integral(Integer.class, int.class);
      case LONG -> integral(Long.class, long.class);
      case CHAR -> integral(Character.class, char.class);
      case FLOAT -> floating(Float.class);
      case DOUBLE -> floating(Double.class);
      case STRING -> find(Mixing.class, "ofText", String.class).asType(OF_OBJECT);
      case DECIMAL -> find(KeyHashers.class, "ofDecimal", BigDecimal.class).asType(OF_OBJECT);
      case BIG_INTEGER -> find(KeyHashers.class, "ofInteger", BigInteger.class).asType(OF_OBJECT);
      case DATE -> find(KeyHashers.class, "ofDate", LocalDate.class).asType(OF_OBJECT);
      case TIME -> find(KeyHashers.class, "ofTime", LocalTime.class).asType(OF_OBJECT);
      case TIMESTAMP -> find(KeyHashers.class, "ofDateTime", LocalDateTime.class).asType(OF_OBJECT);
      case INSTANT -> find(KeyHashers.class, "ofInstant", Instant.class).asType(OF_OBJECT);
      case BYTES ->
          throw refuse("arrays are equal only to themselves", "key by a String or a List instead");
      case VOID -> throw refuse("it has no values", "key by something that tells records apart");
    };
  }

  private static MethodHandle integral(Class<?> boxed, Class<?> primitive) {
    return find(Mixing.class, "ofLong", long.class)
        .asType(MethodType.methodType(long.class, primitive))
        .asType(MethodType.methodType(long.class, boxed))
        .asType(OF_OBJECT);
  }

  private static MethodHandle floating(Class<?> boxed) {
    return find(Mixing.class, "ofDouble", double.class)
        .asType(MethodType.methodType(long.class, boxed))
        .asType(OF_OBJECT);
  }

  static long ofDecimal(BigDecimal value) {
    return Mixing.combine(Mixing.ofBytes(value.unscaledValue().toByteArray()), value.scale());
  }

  static long ofInteger(BigInteger value) {
    return Mixing.ofBytes(value.toByteArray());
  }

  static long ofDate(LocalDate value) {
    return Mixing.ofLong(value.toEpochDay());
  }

  static long ofTime(LocalTime value) {
    return Mixing.ofLong(value.toNanoOfDay());
  }

  static long ofDateTime(LocalDateTime value) {
    return Mixing.combine(ofDate(value.toLocalDate()), value.toLocalTime().toNanoOfDay());
  }

  static long ofInstant(Instant value) {
    return Mixing.combine(Mixing.ofLong(value.getEpochSecond()), value.getNano());
  }

  private MethodHandle ofFields(Class<?> type, List<Field> fields) {
    Members members = Members.of(type);
    MethodHandle before =
        MethodHandles.dropArguments(
            MethodHandles.constant(long.class, Mixing.ofLong(fields.size())), 0, type);
    for (Field field : fields) {
      MethodHandle reader = members.reader(field.name());
      MethodHandle hash = hash(field.type());
      MethodHandle ofField =
          MethodHandles.filterReturnValue(
              reader.asType(reader.type().changeParameterType(0, type)),
              field.primitive()
                  ? ofPrimitive(reader.type().returnType())
                  : nullable(hash)
                      .asType(MethodType.methodType(long.class, reader.type().returnType())));
      MethodHandle next = MethodHandles.collectArguments(COMBINE, 1, ofField);
      before = MethodHandles.foldArguments(next, before);
    }
    return MethodHandles.filterReturnValue(before, find(Mixing.class, "finish", long.class))
        .asType(OF_OBJECT);
  }

  private static MethodHandle ofPrimitive(Class<?> primitive) {
    if (primitive == boolean.class) {
      return find(Mixing.class, "ofBoolean", boolean.class);
    }
    MethodType type = MethodType.methodType(long.class, primitive);
    return primitive == float.class || primitive == double.class
        ? find(Mixing.class, "ofDouble", double.class).asType(type)
        : find(Mixing.class, "ofLong", long.class).asType(type);
  }

  private static MethodHandle nullable(MethodHandle hash) {
    return MethodHandles.guardWithTest(
        find(KeyHashers.class, "isNull", Object.class),
        MethodHandles.dropArguments(
            MethodHandles.constant(long.class, Mixing.ofNull()), 0, Object.class),
        hash);
  }

  static boolean isNull(Object value) {
    return value == null;
  }

  private static MethodHandle bound(Object hasher) {
    try {
      return HERE.bind(hasher, "hash", OF_OBJECT);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle find(Class<?> in, String name, Class<?>... arguments) {
    Class<?> result = name.startsWith("is") ? boolean.class : long.class;
    try {
      return HERE.findStatic(in, name, MethodType.methodType(result, arguments));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Constants of an enum by their names. */
  private static final class ByOrdinal {
    private final long[] hashes;

    ByOrdinal(Class<? extends Enum<?>> type) {
      Enum<?>[] constants = type.getEnumConstants();
      hashes = new long[constants.length];
      for (Enum<?> constant : constants) {
        hashes[constant.ordinal()] = Mixing.ofText(constant.name());
      }
    }

    long hash(Object constant) {
      return hashes[((Enum<?>) constant).ordinal()];
    }
  }

  /** Lists by their elements in order. */
  private static final class OfElements {
    private final MethodHandle element;

    OfElements(MethodHandle element) {
      this.element = element;
    }

    long hash(Object list) throws Throwable {
      long hash = Mixing.ofLong(((List<?>) list).size());
      for (Object each : (List<?>) list) {
        hash = Mixing.combine(hash, (long) element.invokeExact(each));
      }
      return Mixing.finish(hash);
    }
  }
}
