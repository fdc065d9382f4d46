package dev.weft.api.types;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** What the type variables of a generic class stand for. Immutable. */
final class TypeBindings {
  static final TypeBindings EMPTY = new TypeBindings(Map.of());

  private final Map<TypeVariable<?>, Type> bound;

  private TypeBindings(Map<TypeVariable<?>, Type> bound) {
    this.bound = bound;
  }

  /** What the variable stands for, or the variable itself. */
  Type resolve(TypeVariable<?> variable) {
    return bound.getOrDefault(variable, variable);
  }

  /** The type with every bound variable replaced. */
  Type substitute(Type type) {
    if (type instanceof TypeVariable<?> variable) {
      return resolve(variable);
    }
    if (type instanceof ParameterizedType generic) {
      return new Parameterized(
          (Class<?>) generic.getRawType(),
          Arrays.stream(generic.getActualTypeArguments())
              .map(this::substitute)
              .toArray(Type[]::new));
    }
    if (type instanceof GenericArrayType array) {
      return new GenericArray(substitute(array.getGenericComponentType()));
    }
    return type;
  }

  /** The bindings inside a generic class whose arguments may use the variables bound here. */
  TypeBindings enter(ParameterizedType generic) {
    TypeVariable<?>[] variables = ((Class<?>) generic.getRawType()).getTypeParameters();
    Type[] arguments = generic.getActualTypeArguments();
    Map<TypeVariable<?>, Type> inner = new LinkedHashMap<>(bound);
    for (int i = 0; i < variables.length; i++) {
      inner.put(variables[i], substitute(arguments[i]));
    }
    return new TypeBindings(inner);
  }

  /** The bindings inside the superclass of a class. */
  TypeBindings enterSuperclass(Class<?> type) {
    return type.getGenericSuperclass() instanceof ParameterizedType generic ? enter(generic) : this;
  }

  /**
   * The argument of a generic class or interface as an implementing class sees it.
   *
   * @return a type that may contain unresolved variables, or null when the class does not extend
   *     the generic one or extends it raw
   */
  static Type argument(Class<?> implementing, Class<?> generic, int index) {
    return EMPTY.find(implementing, generic, index);
  }

  private Type find(Class<?> from, Class<?> generic, int index) {
    if (from == generic) {
      return resolve(generic.getTypeParameters()[index]);
    }
    for (Type above : from.getGenericInterfaces()) {
      Type found = findIn(above, generic, index);
      if (found != null) {
        return found;
      }
    }
    return from.getGenericSuperclass() == null
        ? null
        : findIn(from.getGenericSuperclass(), generic, index);
  }

  private Type findIn(Type above, Class<?> generic, int index) {
    if (above instanceof ParameterizedType parameterized) {
      Class<?> raw = (Class<?>) parameterized.getRawType();
      return generic.isAssignableFrom(raw) ? enter(parameterized).find(raw, generic, index) : null;
    }
    Class<?> raw = (Class<?>) above;
    return raw != generic && generic.isAssignableFrom(raw) ? find(raw, generic, index) : null;
  }

  /** A generic type with arguments put in. */
  private record Parameterized(Class<?> raw, Type[] arguments) implements ParameterizedType {
    @Override
    public Type[] getActualTypeArguments() {
      return arguments.clone();
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public Type getOwnerType() {
      return raw.getDeclaringClass();
    }

    @Override
    public String getTypeName() {
      String list =
          String.join(", ", Arrays.stream(arguments).map(Type::getTypeName).toArray(String[]::new));
      return raw.getName() + "<" + list + ">";
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ParameterizedType that
          && raw == that.getRawType()
          && Arrays.equals(arguments, that.getActualTypeArguments());
    }

    @Override
    public int hashCode() {
      return Objects.hash(raw, Arrays.hashCode(arguments));
    }

    @Override
    public String toString() {
      return getTypeName();
    }
  }

  private record GenericArray(Type component) implements GenericArrayType {
    @Override
    public Type getGenericComponentType() {
      return component;
    }

    @Override
    public String getTypeName() {
      return component.getTypeName() + "[]";
    }
  }
}
