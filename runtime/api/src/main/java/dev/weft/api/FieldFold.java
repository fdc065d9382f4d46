package dev.weft.api;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.types.PojoAccess;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.Field;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Folds one field of two records; the other fields are those of the left one. Reading, folding and
 * making the new record are composed into one method handle, so that a call costs about what
 * handwritten code costs.
 */
final class FieldFold<T> implements ReduceFunction<T> {
  /** How the field is folded. */
  enum Kind {
    SUM,
    MIN,
    MAX
  }

  private static final long serialVersionUID = 1;

  /** Functions made of folds, by the class of the records. */
  private static final ClassValue<Map<Object, Object>> COPIES =
      new ClassValue<>() {
        @Override
        protected Map<Object, Object> computeValue(Class<?> recordClass) {
          return new ConcurrentHashMap<>();
        }
      };

  private final Kind kind;
  private final TypeInformation<T> type;
  private final String field;
  private transient MethodHandle fold;

  private FieldFold(Kind kind, TypeInformation<T> type, String field) {
    this.kind = kind;
    this.type = type;
    this.field = field;
    this.fold = compose();
  }

  /** Folds the field of a record or POJO by its name. */
  static <T> FieldFold<T> of(Kind kind, TypeInformation<T> type, String field) {
    List<Field> fields = fieldsOf(kind, type);
    if (fields.stream().noneMatch(candidate -> candidate.name().equals(field))) {
      throw refuse(kind, "there is no field '" + field + "' in " + typeName(type) + names(fields));
    }
    return new FieldFold<>(kind, type, field);
  }

  /** Folds the field of a record or POJO by its position, or a basic value at position 0. */
  static <T> FieldFold<T> of(Kind kind, TypeInformation<T> type, int position) {
    if (type instanceof TypeInformation.BasicType<?> && position == 0) {
      return new FieldFold<>(kind, type, null);
    }
    List<Field> fields = fieldsOf(kind, type);
    if (position < 0 || position >= fields.size()) {
      throw refuse(
          kind, "there is no position " + position + " in " + typeName(type) + names(fields));
    }
    return new FieldFold<>(kind, type, fields.get(position).name());
  }

  @Override
  @SuppressWarnings("unchecked")
  public T reduce(T left, T right) throws Exception {
    try {
      return (T) (Object) fold.invokeExact((Object) left, (Object) right);
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where the fold is to run it becomes a function of its own class, see {@link FoldTemplate}. */
  private Object readResolve() {
    return COPIES
        .get(type.typeClass())
        .computeIfAbsent(List.of(kind, type, String.valueOf(field)), key -> specialised());
  }

  private Object specialised() {
    fold = compose();
    Class<T> owner = type.typeClass();
    try {
      MethodHandle reader = numberReader(owner);
      Class<?> number = reader.type().returnType();
      if (!number.isPrimitive() || number == char.class || number == boolean.class) {
        return FoldTemplate.copyOf(this, fold);
      }
      MethodHandle toLong = FoldOperations.toLong(number);
      MethodHandle fromLong = FoldOperations.fromLong(number);
      MethodHandle begin = MethodHandles.filterReturnValue(reader, toLong);
      MethodHandle folded =
          MethodHandles.filterReturnValue(
              MethodHandles.filterArguments(operation(number), 0, fromLong, reader), toLong);
      MethodHandle end = compose(MethodHandles.dropArguments(fromLong, 0, owner));
      return FoldTemplate.copyOf(
          PrimitiveFoldTemplate.class,
          List.of(
              fold,
              this,
              begin.asType(MethodType.methodType(long.class, Object.class)),
              folded.asType(MethodType.methodType(long.class, long.class, Object.class)),
              end.asType(MethodType.methodType(Object.class, Object.class, long.class))));
    } catch (ReflectiveOperationException e) {
      throw unreachable(owner, e);
    }
  }

  /** Reads the field; boxed values of basic types count as their primitives. */
  private MethodHandle numberReader(Class<T> owner) throws ReflectiveOperationException {
    if (type instanceof TypeInformation.RecordType<T>) {
      Method accessor = owner.getDeclaredMethod(field);
      accessor.setAccessible(true);
      return typed(MethodHandles.lookup().unreflect(accessor));
    }
    if (type instanceof TypeInformation.PojoType<T>) {
      return typed(reader(MethodHandles.lookup(), owner, PojoAccess.field(owner, field)));
    }
    return MethodHandles.identity(owner);
  }

  /** The field of a generic class is declared as less than its type says. */
  private MethodHandle typed(MethodHandle reader) {
    if (reader.type().returnType().isPrimitive()) {
      return reader;
    }
    Field said =
        fieldsOf(kind, type).stream().filter(f -> f.name().equals(field)).findFirst().orElseThrow();
    return reader.asType(reader.type().changeReturnType(said.type().typeClass()));
  }

  private static <T> List<Field> fieldsOf(Kind kind, TypeInformation<T> type) {
    if (type instanceof TypeInformation.RecordType<T> composite) {
      return composite.fields();
    }
    if (type instanceof TypeInformation.PojoType<T> composite) {
      return composite.fields();
    }
    throw refuse(
        kind,
        type == null
            ? "the type of the stream is not known; add .returns(Type.class) after the step before"
            : typeName(type) + " has no fields");
  }

  private static String names(List<Field> fields) {
    return "; it has " + fields.stream().map(Field::name).toList();
  }

  private static String typeName(TypeInformation<?> type) {
    return type.typeClass().getSimpleName();
  }

  private static WeftException refuse(Kind kind, String what) {
    return new WeftException(
        ErrorCode.USER,
        "The "
            + kind.name().toLowerCase(java.util.Locale.ROOT)
            + " at "
            + Steps.callSite()
            + " is not possible: "
            + what);
  }

  private MethodHandle compose() {
    Class<T> owner = type.typeClass();
    try {
      MethodHandle reader = numberReader(owner);
      MethodHandle folded =
          MethodHandles.filterArguments(operation(reader.type().returnType()), 0, reader, reader);
      return compose(folded).asType(MethodType.genericMethodType(2));
    } catch (ReflectiveOperationException e) {
      throw unreachable(owner, e);
    }
  }

  private static IllegalStateException unreachable(Class<?> owner, Exception cause) {
    return new IllegalStateException("the fields of " + owner + " cannot be reached", cause);
  }

  /** The record like the left one with the field that a handle makes of both arguments. */
  private MethodHandle compose(MethodHandle folded) throws ReflectiveOperationException {
    Class<T> owner = type.typeClass();
    if (type instanceof TypeInformation.RecordType<T>) {
      return composeRecord(owner, folded);
    }
    return type instanceof TypeInformation.PojoType<T> pojo
        ? composePojo(owner, pojo, folded)
        : folded;
  }

  /** {@code (left, right) -> new R(left.a(), folded(left, right), left.c())}. */
  private MethodHandle composeRecord(Class<T> owner, MethodHandle folded)
      throws ReflectiveOperationException {
    Class<?> right = folded.type().parameterType(1);
    Lookup lookup = MethodHandles.lookup();
    RecordComponent[] components = owner.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    MethodHandle[] readers = new MethodHandle[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      Method accessor = components[i].getAccessor();
      accessor.setAccessible(true);
      MethodHandle reader = lookup.unreflect(accessor);
      readers[i] =
          components[i].getName().equals(field)
              ? folded.asType(folded.type().changeReturnType(types[i]))
              : MethodHandles.dropArguments(reader, 1, right);
    }
    Constructor<T> constructor = owner.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    MethodHandle maker = lookup.unreflectConstructor(constructor);
    for (int i = components.length - 1; i >= 0; i--) {
      maker = MethodHandles.collectArguments(maker, i, readers[i]);
    }
    int[] order = new int[components.length * 2];
    for (int i = 0; i < order.length; i++) {
      order[i] = i % 2;
    }
    return MethodHandles.permuteArguments(maker, MethodType.methodType(owner, owner, right), order);
  }

  /** {@code (left, right) -> { p = new P(); p.setA(left.getA()); ...; return p; }}. */
  private MethodHandle composePojo(
      Class<T> owner, TypeInformation.PojoType<T> pojo, MethodHandle folded)
      throws ReflectiveOperationException {
    Lookup lookup = MethodHandles.lookup();
    Class<?> right = folded.type().parameterType(1);
    MethodHandle body = MethodHandles.dropArguments(MethodHandles.identity(owner), 1, owner, right);
    for (Field property : pojo.fields()) {
      java.lang.reflect.Field member = PojoAccess.field(owner, property.name());
      MethodHandle reader = reader(lookup, owner, member);
      MethodHandle value =
          property.name().equals(field)
              ? folded.asType(folded.type().changeReturnType(member.getType()))
              : MethodHandles.dropArguments(reader, 1, right);
      body =
          MethodHandles.foldArguments(
              body, MethodHandles.collectArguments(writer(lookup, owner, member), 1, value));
    }
    Constructor<T> constructor = owner.getDeclaredConstructor();
    constructor.setAccessible(true);
    return MethodHandles.foldArguments(body, lookup.unreflectConstructor(constructor));
  }

  private static MethodHandle reader(Lookup lookup, Class<?> owner, java.lang.reflect.Field member)
      throws IllegalAccessException {
    Method getter = PojoAccess.getter(owner, member);
    if (getter != null) {
      getter.setAccessible(true);
    } else {
      member.setAccessible(true);
    }
    MethodHandle reader =
        getter != null ? lookup.unreflect(getter) : lookup.unreflectGetter(member);
    return reader.asType(MethodType.methodType(member.getType(), owner));
  }

  private static MethodHandle writer(Lookup lookup, Class<?> owner, java.lang.reflect.Field member)
      throws IllegalAccessException {
    Method setter = PojoAccess.setter(owner, member);
    if (setter != null) {
      setter.setAccessible(true);
    } else {
      member.setAccessible(true);
    }
    MethodHandle writer =
        setter != null ? lookup.unreflect(setter) : lookup.unreflectSetter(member);
    return writer.asType(MethodType.methodType(void.class, owner, member.getType()));
  }

  private MethodHandle operation(Class<?> operand) {
    MethodHandle operation = FoldOperations.find(kind, operand);
    if (operation == null) {
      throw refuse(
          kind,
          (field == null ? "" : "the field '" + field + "' of ")
              + typeName(type)
              + " is a "
              + operand.getSimpleName()
              + ", which cannot be "
              + (kind == Kind.SUM ? "added" : "compared"));
    }
    return operation;
  }
}
