package dev.weft.api.types;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;

/**
 * How the properties of a POJO are read and written: directly when the field is public, otherwise
 * by getter and setter. Finds the members; whoever uses them makes them accessible.
 */
public final class PojoAccess {
  private PojoAccess() {}

  /** Why a field is no property. */
  enum Problem {
    NONE(""),
    FINAL("the field is final"),
    NO_GETTER("the field is not public and has no public getter"),
    NO_SETTER("the field is not public and has no public setter");

    private final String text;

    Problem(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  static Problem problemOf(Class<?> pojo, Field field) {
    if (Modifier.isPublic(field.getModifiers())) {
      return Modifier.isFinal(field.getModifiers()) ? Problem.FINAL : Problem.NONE;
    }
    if (getter(pojo, field) == null) {
      return Problem.NO_GETTER;
    }
    return setter(pojo, field) == null ? Problem.NO_SETTER : Problem.NONE;
  }

  /** The field of a property, wherever in the hierarchy it is declared. */
  public static Field field(Class<?> pojo, String name) {
    for (Class<?> c = pojo; c != null; c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (field.getName().equals(name) && !Modifier.isStatic(field.getModifiers())) {
          return field;
        }
      }
    }
    throw new IllegalArgumentException(pojo.getName() + " has no field " + name);
  }

  /** The public method that reads the field, or null. */
  public static Method getter(Class<?> pojo, Field field) {
    String suffix = capitalized(field.getName());
    for (String name : List.of("get" + suffix, "is" + suffix, field.getName())) {
      Method method = publicMethod(pojo, name);
      if (method != null && method.getReturnType() == field.getType()) {
        return method;
      }
    }
    return null;
  }

  /** The public method that writes the field, or null. */
  public static Method setter(Class<?> pojo, Field field) {
    return publicMethod(pojo, "set" + capitalized(field.getName()), field.getType());
  }

  private static Method publicMethod(Class<?> pojo, String name, Class<?>... parameters) {
    for (Method method : pojo.getMethods()) {
      if (method.getName().equals(name)
          && !Modifier.isStatic(method.getModifiers())
          && !method.isBridge()
          && java.util.Arrays.equals(method.getParameterTypes(), parameters)) {
        return method;
      }
    }
    return null;
  }

  private static String capitalized(String name) {
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }
}
