package dev.weft.engine.batch;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.PojoAccess;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the members of a record or POJO class are reached. Kept with the class, so that all codecs of
 * a class share compiled code and it goes when the class goes. Thread-safe.
 */
final class Members {
  private static final ClassValue<Members> OF_CLASS =
      new ClassValue<>() {
        @Override
        protected Members computeValue(Class<?> type) {
          return new Members(type);
        }
      };
  private static final MethodHandles.Lookup HERE = MethodHandles.lookup();

  /** Two array arguments and two more per field must stay below the 255 slots of a call. */
  private static final int COMPONENTS_MAX = 80;

  private final Class<?> type;
  private final Map<String, FieldAccess> access = new LinkedHashMap<>();
  private RowMaker maker;

  private Members(Class<?> type) {
    this.type = type;
  }

  static Members of(Class<?> type) {
    return OF_CLASS.get(type);
  }

  /** In which kind of array the values of a field of a class travel. */
  static Class<?> arrayOf(Class<?> field) {
    if (!field.isPrimitive()) {
      return Object[].class;
    }
    return field == long.class || field == double.class ? long[].class : int[].class;
  }

  /** The access to a field. */
  synchronized FieldAccess access(String field) {
    FieldAccess known = access.get(field);
    if (known == null) {
      MethodHandle reader = reader(field);
      known =
          FieldAccess.of(
              "field " + field + " of " + type.getName(),
              outgoing(reader),
              type.isRecord() ? reader : incoming(writer(field)));
      access.put(field, known);
    }
    return known;
  }

  /** What makes rows; for a POJO without looking at the columns. */
  synchronized RowMaker maker() {
    if (maker == null) {
      maker = RowMaker.of(type, type.isRecord() ? recordMaker() : pojoMaker());
    }
    return maker;
  }

  /** The method handle that reads a field: of the class, giving the field's own type. */
  MethodHandle reader(String name) {
    try {
      if (type.isRecord()) {
        for (RecordComponent component : type.getRecordComponents()) {
          if (component.getName().equals(name)) {
            return HERE.unreflect(open(component.getAccessor()));
          }
        }
        throw new IllegalArgumentException(type.getName() + " has no component " + name);
      }
      Field field = PojoAccess.field(type, name);
      Method getter = PojoAccess.getter(type, field);
      return getter != null && !java.lang.reflect.Modifier.isPublic(field.getModifiers())
          ? HERE.unreflect(open(getter))
          : HERE.unreflectGetter(open(field));
    } catch (IllegalAccessException e) {
      throw notReachable(name, e);
    }
  }

  private MethodHandle writer(String name) {
    try {
      Field field = PojoAccess.field(type, name);
      Method setter = PojoAccess.setter(type, field);
      MethodHandle handle =
          setter != null && !java.lang.reflect.Modifier.isPublic(field.getModifiers())
              ? HERE.unreflect(open(setter))
              : HERE.unreflectSetter(open(field));
      return handle.asType(handle.type().changeReturnType(void.class));
    } catch (IllegalAccessException e) {
      throw notReachable(name, e);
    }
  }

  private <T extends AccessibleObject> T open(T member) {
    try {
      member.setAccessible(true);
      return member;
    } catch (RuntimeException e) {
      throw notReachable(member.toString(), e);
    }
  }

  private WeftException notReachable(String name, Exception cause) {
    return new WeftException(
        ErrorCode.USER,
        "The member "
            + name
            + " of "
            + type.getName()
            + " cannot be reached; make the class public, or open its module",
        cause);
  }

  private static MethodHandle outgoing(MethodHandle reader) {
    Class<?> field = reader.type().returnType();
    MethodHandle raw = reader;
    if (field == float.class) {
      raw = MethodHandles.filterReturnValue(reader, RawBits.OF_FLOAT);
    } else if (field == double.class) {
      raw = MethodHandles.filterReturnValue(reader, RawBits.OF_DOUBLE);
    }
    return MethodHandles.explicitCastArguments(
        raw, MethodType.methodType(arrayOf(field).getComponentType(), Object.class));
  }

  private static MethodHandle incoming(MethodHandle writer) {
    Class<?> field = writer.type().parameterType(1);
    return MethodHandles.explicitCastArguments(
        fromRaw(writer, 1),
        MethodType.methodType(void.class, Object.class, arrayOf(field).getComponentType()));
  }

  private static MethodHandle fromRaw(MethodHandle target, int argument) {
    Class<?> field = target.type().parameterType(argument);
    if (field == float.class) {
      return MethodHandles.filterArguments(target, argument, RawBits.TO_FLOAT);
    }
    if (field == double.class) {
      return MethodHandles.filterArguments(target, argument, RawBits.TO_DOUBLE);
    }
    return target;
  }

  private MethodHandle pojoMaker() {
    try {
      MethodHandle constructor = HERE.unreflectConstructor(open(type.getDeclaredConstructor()));
      return MethodHandles.dropArguments(
          constructor.asType(MethodType.methodType(Object.class)), 0, Object[].class, int.class);
    } catch (ReflectiveOperationException e) {
      throw notReachable("constructor", e);
    }
  }

  private MethodHandle recordMaker() {
    Class<?>[] components =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = open(type.getDeclaredConstructor(components));
      if (components.length > COMPONENTS_MAX) {
        return WideRecord.maker(constructor);
      }
      MethodHandle target = HERE.unreflectConstructor(constructor);
      for (int i = components.length - 1; i >= 0; i--) {
        target = MethodHandles.collectArguments(fromRaw(target, i), i, element(components[i], i));
      }
      int[] order = new int[components.length * 2];
      for (int i = 0; i < order.length; i++) {
        order[i] = i & 1;
      }
      MethodType made = MethodType.methodType(type, Object[].class, int.class);
      return MethodHandles.permuteArguments(target, made, order)
          .asType(made.changeReturnType(Object.class));
    } catch (ReflectiveOperationException e) {
      throw notReachable("constructor", e);
    }
  }

  /** The element of a row in a column: {@code (Object[] columns, int row)} to the raw type. */
  private static MethodHandle element(Class<?> component, int column) {
    MethodHandle ofColumns =
        MethodHandles.insertArguments(MethodHandles.arrayElementGetter(Object[].class), 1, column);
    Class<?> array = arrayOf(component);
    MethodHandle element =
        MethodHandles.filterArguments(
            MethodHandles.arrayElementGetter(array),
            0,
            ofColumns.asType(MethodType.methodType(array, Object[].class)));
    boolean bits = component == float.class || component == double.class;
    Class<?> raw = bits ? array.getComponentType() : component;
    return MethodHandles.explicitCastArguments(
        element, MethodType.methodType(raw, Object[].class, int.class));
  }

  /** Floating point as the bits that hold it, as method handles. */
  private static final class RawBits {
    static final MethodHandle OF_FLOAT =
        find(Float.class, "floatToRawIntBits", int.class, float.class);
    static final MethodHandle TO_FLOAT =
        find(Float.class, "intBitsToFloat", float.class, int.class);
    static final MethodHandle OF_DOUBLE =
        find(Double.class, "doubleToRawLongBits", long.class, double.class);
    static final MethodHandle TO_DOUBLE =
        find(Double.class, "longBitsToDouble", double.class, long.class);

    private RawBits() {}

    private static MethodHandle find(Class<?> in, String name, Class<?> result, Class<?> argument) {
      try {
        return MethodHandles.publicLookup()
            .findStatic(in, name, MethodType.methodType(result, argument));
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }

  /** Makes records with more components than a method handle takes, by reflection. */
  private static final class WideRecord {
    private final Constructor<?> constructor;
    private final Class<?>[] components;

    private WideRecord(Constructor<?> constructor) {
      this.constructor = constructor;
      this.components = constructor.getParameterTypes();
    }

    static MethodHandle maker(Constructor<?> constructor) throws ReflectiveOperationException {
      return HERE.bind(
          new WideRecord(constructor),
          "make",
          MethodType.methodType(Object.class, Object[].class, int.class));
    }

    Object make(Object[] columns, int row) throws Throwable {
      Object[] arguments = new Object[components.length];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = argument(components[i], columns[i], row);
      }
      try {
        return constructor.newInstance(arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }

    private static Object argument(Class<?> component, Object column, int row) {
      if (column instanceof Object[] objects) {
        return objects[row];
      }
      if (column instanceof long[] longs) {
        return component == long.class ? (Object) longs[row] : Double.longBitsToDouble(longs[row]);
      }
      int value = ((int[]) column)[row];
      if (component == boolean.class) {
        return value != 0;
      }
      if (component == byte.class) {
        return (byte) value;
      }
      if (component == short.class) {
        return (short) value;
      }
      if (component == char.class) {
        return (char) value;
      }
      return component == int.class ? (Object) value : Float.intBitsToFloat(value);
    }
  }
}
