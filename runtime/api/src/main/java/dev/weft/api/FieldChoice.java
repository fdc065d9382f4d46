package dev.weft.api;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.types.PojoAccess;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.Field;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.List;

/** Keeps the whole record whose field is the least or the greatest. */
final class FieldChoice<T> implements ReduceFunction<T> {
  private static final long serialVersionUID = 1;

  private final TypeInformation<T> type;
  private final String field;
  private final boolean greatest;
  private final boolean first;
  private transient MethodHandle reader;

  private FieldChoice(TypeInformation<T> type, String field, boolean greatest, boolean first) {
    this.type = type;
    this.field = field;
    this.greatest = greatest;
    this.first = first;
    this.reader = compose();
  }

  /**
   * A choice.
   *
   * @param greatest whether the greatest is kept, otherwise the least
   * @param first whether the first of equal ones is kept, otherwise the last
   */
  static <T> FieldChoice<T> of(
      TypeInformation<T> type, String field, boolean greatest, boolean first) {
    if (fieldsOf(type).stream().noneMatch(candidate -> candidate.name().equals(field))) {
      throw refuse(type, greatest, "there is no field '" + field + "'");
    }
    return new FieldChoice<>(type, field, greatest, first);
  }

  /** Like the other by the position of the field; 0 for values without fields, as they are. */
  static <T> FieldChoice<T> of(
      TypeInformation<T> type, int position, boolean greatest, boolean first) {
    if (type instanceof TypeInformation.BasicType<?> && position == 0) {
      return new FieldChoice<>(type, null, greatest, first);
    }
    List<Field> fields = fieldsOf(type);
    if (position < 0 || position >= fields.size()) {
      throw refuse(type, greatest, "there is no position " + position);
    }
    return new FieldChoice<>(type, fields.get(position).name(), greatest, first);
  }

  private static <T> List<Field> fieldsOf(TypeInformation<T> type) {
    if (type instanceof TypeInformation.RecordType<T> composite) {
      return composite.fields();
    }
    return type instanceof TypeInformation.PojoType<T> composite ? composite.fields() : List.of();
  }

  private static WeftException refuse(TypeInformation<?> type, boolean greatest, String what) {
    return new WeftException(
        ErrorCode.USER,
        "The "
            + (greatest ? "maxBy" : "minBy")
            + " at "
            + Steps.callSite()
            + " is not possible: "
            + what
            + " in "
            + (type == null ? "a stream of unknown type" : type.typeClass().getSimpleName()));
  }

  @Override
  @SuppressWarnings("unchecked")
  public T reduce(T left, T right) throws Exception {
    Comparable<Object> before;
    Object after;
    try {
      before = (Comparable<Object>) reader.invokeExact((Object) left);
      after = (Object) (Comparable<?>) reader.invokeExact((Object) right);
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (before == null || after == null) {
      return before == null ? right : left;
    }
    int order = before.compareTo(after);
    if (order == 0) {
      return first ? left : right;
    }
    return order < 0 == greatest ? right : left;
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    reader = compose();
  }

  private MethodHandle compose() {
    Class<T> owner = type.typeClass();
    try {
      MethodHandle found = find(owner);
      if (!found.type().returnType().isPrimitive()
          && !Comparable.class.isAssignableFrom(declared())) {
        throw refuse(
            type,
            greatest,
            (field == null ? "values" : "the field '" + field + "'") + " cannot be compared");
      }
      return found.asType(MethodType.methodType(Comparable.class, Object.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the fields of " + owner + " cannot be reached", e);
    }
  }

  /** The class that the type says: the fields of a generic class are declared as less. */
  private Class<?> declared() {
    for (Field candidate : fieldsOf(type)) {
      if (candidate.name().equals(field)) {
        return candidate.type().typeClass();
      }
    }
    return type.typeClass();
  }

  private MethodHandle find(Class<T> owner) throws ReflectiveOperationException {
    if (field == null) {
      return MethodHandles.identity(owner);
    }
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    Method accessor;
    java.lang.reflect.Field member = null;
    if (type instanceof TypeInformation.RecordType<T>) {
      accessor = owner.getDeclaredMethod(field);
    } else {
      member = PojoAccess.field(owner, field);
      accessor = PojoAccess.getter(owner, member);
    }
    if (accessor != null) {
      accessor.setAccessible(true);
      return lookup.unreflect(accessor);
    }
    member.setAccessible(true);
    return lookup.unreflectGetter(member);
  }
}
