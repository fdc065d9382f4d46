package dev.weft.engine.batch;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;

/** Makes records with more components than a method handle takes, by reflection. */
final class WideRecord {
  private final Constructor<?> constructor;
  private final Class<?>[] components;

  private WideRecord(Constructor<?> constructor) {
    this.constructor = constructor;
    this.components = constructor.getParameterTypes();
  }

  static MethodHandle maker(Constructor<?> constructor) throws ReflectiveOperationException {
    return MethodHandles.lookup()
        .bind(
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
