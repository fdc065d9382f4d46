package dev.weft.api.types;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation.ArrayType;
import dev.weft.api.types.TypeInformation.BasicType;
import dev.weft.api.types.TypeInformation.EnumType;
import dev.weft.api.types.TypeInformation.Field;
import dev.weft.api.types.TypeInformation.Kind;
import dev.weft.api.types.TypeInformation.ListType;
import dev.weft.api.types.TypeInformation.MapType;
import dev.weft.api.types.TypeInformation.PojoType;
import dev.weft.api.types.TypeInformation.RecordType;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Derives types from classes and generic types. One instance serves one derivation and keeps the
 * path from the outermost class to the field at hand, which every refusal names.
 */
final class TypeDerivation {
  private static final Map<Class<?>, BasicType<?>> BASIC = basicTypes();
  private static final String REMEDY =
      "; make it a record, or a class with a public constructor without arguments and public fields"
          + " or getters and setters, or give the type with .returns(...) or as a"
          + " TypeInformation.CustomType with a TypeSerializer";

  private final String root;
  private final Deque<String> path = new ArrayDeque<>();
  private final Deque<Type> open = new ArrayDeque<>();

  private TypeDerivation(String root) {
    this.root = root;
  }

  @SuppressWarnings("unchecked")
  static <T> TypeInformation<T> ofClass(Class<T> typeClass) {
    return (TypeInformation<T>) ofType(typeClass);
  }

  static TypeInformation<?> ofType(Type type) {
    return new TypeDerivation(type.getTypeName()).derive(type, TypeBindings.EMPTY);
  }

  private static Map<Class<?>, BasicType<?>> basicTypes() {
    Map<Class<?>, BasicType<?>> basic = new LinkedHashMap<>();
    basic(basic, Boolean.class, boolean.class, Kind.BOOLEAN);
    basic(basic, Byte.class, byte.class, Kind.BYTE);
    basic(basic, Short.class, short.class, Kind.SHORT);
    basic(basic, Integer.class, int.class, Kind.INT);
    basic(basic, Long.class, long.class, Kind.LONG);
    basic(basic, Float.class, float.class, Kind.FLOAT);
    basic(basic, Double.class, double.class, Kind.DOUBLE);
    basic(basic, Character.class, char.class, Kind.CHAR);
    basic(basic, Void.class, void.class, Kind.VOID);
    basic(basic, String.class, null, Kind.STRING);
    basic(basic, byte[].class, null, Kind.BYTES);
    basic(basic, BigDecimal.class, null, Kind.DECIMAL);
    basic(basic, BigInteger.class, null, Kind.BIG_INTEGER);
    basic(basic, LocalDate.class, null, Kind.DATE);
    basic(basic, LocalTime.class, null, Kind.TIME);
    basic(basic, LocalDateTime.class, null, Kind.TIMESTAMP);
    basic(basic, Instant.class, null, Kind.INSTANT);
    return Map.copyOf(basic);
  }

  private static <T> void basic(
      Map<Class<?>, BasicType<?>> target, Class<T> boxed, Class<?> primitive, Kind kind) {
    BasicType<T> type = new BasicType<>(boxed, kind);
    target.put(boxed, type);
    if (primitive != null) {
      target.put(primitive, type);
    }
  }

  private TypeInformation<?> derive(Type type, TypeBindings bindings) {
    if (type instanceof Class<?> plain) {
      return deriveClass(plain);
    }
    if (type instanceof ParameterizedType generic) {
      return deriveGeneric(generic, bindings);
    }
    if (type instanceof GenericArrayType array) {
      return arrayOf(derive(array.getGenericComponentType(), bindings));
    }
    if (type instanceof TypeVariable<?> variable) {
      Type bound = bindings.resolve(variable);
      if (bound instanceof TypeVariable<?>) {
        throw refuse("the type variable " + variable.getName() + " is not bound to a class", "");
      }
      return derive(bound, TypeBindings.EMPTY);
    }
    if (type instanceof WildcardType) {
      throw refuse("the wildcard " + type.getTypeName() + " stands for no one class", "");
    }
    throw refuse(type.getTypeName() + " is not understood", "");
  }

  private TypeInformation<?> deriveClass(Class<?> plain) {
    BasicType<?> basic = BASIC.get(plain);
    if (basic != null) {
      return basic;
    }
    if (plain.isEnum()) {
      return enumOf(plain);
    }
    if (plain.isArray()) {
      return new ArrayType<>(plain, derive(plain.getComponentType(), TypeBindings.EMPTY));
    }
    if (plain == List.class || plain == Map.class) {
      throw refuse(
          plain.getSimpleName() + " is used without the type of its elements",
          "; write for example List<String> in the field, or Types.LIST(...) or Types.MAP(...)");
    }
    return deriveComposite(plain, plain, TypeBindings.EMPTY);
  }

  private TypeInformation<?> deriveGeneric(ParameterizedType generic, TypeBindings bindings) {
    Class<?> raw = (Class<?>) generic.getRawType();
    Type[] arguments = generic.getActualTypeArguments();
    if (raw == List.class) {
      return new ListType<>(element("<element>", arguments[0], bindings));
    }
    if (raw == Map.class) {
      return new MapType<>(
          element("<key>", arguments[0], bindings), element("<value>", arguments[1], bindings));
    }
    TypeBindings inner = bindings.enter(generic);
    return deriveComposite(raw, inner.substitute(generic), inner);
  }

  private TypeInformation<?> element(String step, Type type, TypeBindings bindings) {
    path.addLast(step);
    TypeInformation<?> element = derive(type, bindings);
    path.removeLast();
    return element;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static TypeInformation<?> enumOf(Class<?> type) {
    return new EnumType(type);
  }

  static ArrayType<?> arrayOf(TypeInformation<?> element) {
    return new ArrayType<>(Array.newInstance(element.typeClass(), 0).getClass(), element);
  }

  private TypeInformation<?> deriveComposite(Class<?> raw, Type identity, TypeBindings bindings) {
    if (open.contains(identity)) {
      throw refuse(
          raw.getName() + " contains itself",
          "; break the cycle, for example with an id in place of the object, or give a"
              + " TypeInformation.CustomType with a TypeSerializer");
    }
    if (raw.getTypeParameters().length > 0 && identity instanceof Class<?>) {
      throw refuse(
          raw.getName() + " is generic and is used without type arguments",
          "; write them out in the field, or give the type with .returns(new TypeHint<"
              + raw.getSimpleName()
              + "<...>>() {})");
    }
    open.addLast(identity);
    TypeInformation<?> type =
        raw.isRecord() ? recordOf(raw, bindings) : pojoOf(raw, identity, bindings);
    open.removeLast();
    return type;
  }

  private RecordType<?> recordOf(Class<?> raw, TypeBindings bindings) {
    List<Field> fields = new ArrayList<>();
    for (RecordComponent component : raw.getRecordComponents()) {
      fields.add(
          field(component.getName(), component.getGenericType(), component.getType(), bindings));
    }
    return new RecordType<>(raw, List.copyOf(fields));
  }

  private PojoType<?> pojoOf(Class<?> raw, Type identity, TypeBindings bindings) {
    checkPojo(raw);
    Map<String, Field> fields = new java.util.TreeMap<>();
    TypeBindings level = bindings;
    for (Class<?> c = raw; c != Object.class; c = c.getSuperclass()) {
      for (java.lang.reflect.Field member : c.getDeclaredFields()) {
        if (Modifier.isStatic(member.getModifiers())
            || Modifier.isTransient(member.getModifiers())
            || member.isSynthetic()) {
          continue;
        }
        PojoAccess.Problem problem = PojoAccess.problemOf(raw, member);
        if (problem != PojoAccess.Problem.NONE) {
          path.addLast(member.getName());
          throw refuse(problem.text(), REMEDY);
        }
        Field field = field(member.getName(), member.getGenericType(), member.getType(), level);
        if (fields.put(member.getName(), field) != null) {
          path.addLast(member.getName());
          throw refuse("two classes of the hierarchy have a field of this name", REMEDY);
        }
      }
      level = level.enterSuperclass(c);
    }
    if (fields.isEmpty()) {
      throw refuse(identity.getTypeName() + " has no fields", REMEDY);
    }
    return new PojoType<>(raw, List.copyOf(fields.values()));
  }

  private void checkPojo(Class<?> raw) {
    if (raw == Object.class) {
      throw refuse("Object says nothing of what it holds", REMEDY);
    }
    if (raw.isInterface() || Modifier.isAbstract(raw.getModifiers())) {
      throw refuse(
          raw.getName() + " is " + (raw.isInterface() ? "an interface" : "abstract"),
          java.util.Collection.class.isAssignableFrom(raw) ? "; declare it as List<...>" : REMEDY);
    }
    if (List.class.isAssignableFrom(raw) || Map.class.isAssignableFrom(raw)) {
      throw refuse(
          raw.getName()
              + " is one of many kinds of "
              + (List.class.isAssignableFrom(raw) ? "List" : "Map"),
          "; declare it as List<...> or Map<..., ...>");
    }
    if (raw.getName().startsWith("java.")) {
      throw refuse(raw.getName() + " is a class of the JDK without a type of its own", REMEDY);
    }
    if (raw.getEnclosingClass() != null && !Modifier.isStatic(raw.getModifiers())) {
      throw refuse(raw.getName() + " is an inner class that is not static", REMEDY);
    }
    for (Constructor<?> constructor : raw.getDeclaredConstructors()) {
      if (constructor.getParameterCount() == 0 && Modifier.isPublic(constructor.getModifiers())) {
        return;
      }
    }
    throw refuse(raw.getName() + " has no public constructor without arguments", REMEDY);
  }

  private Field field(String name, Type generic, Class<?> declared, TypeBindings bindings) {
    path.addLast(name);
    Field field = new Field(name, derive(generic, bindings), declared.isPrimitive());
    path.removeLast();
    return field;
  }

  private WeftException refuse(String reason, String remedy) {
    String where = path.isEmpty() ? root : root + ", field " + String.join(".", path);
    return new WeftException(
        ErrorCode.USER,
        "No type follows from " + where + ": " + reason + (remedy.isEmpty() ? REMEDY : remedy));
  }
}
