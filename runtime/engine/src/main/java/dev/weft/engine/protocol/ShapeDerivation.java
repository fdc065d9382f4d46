package dev.weft.engine.protocol;

import static dev.weft.engine.world.Verify.verify;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/** Derives how values lie in bytes from Java classes, each class once. */
final class ShapeDerivation {
  private static final String NAMESPACE = "dev.weft";

  private final Map<Class<?>, ValueShape> known = new LinkedHashMap<>();
  private final Map<String, Class<?>> classOfName = new LinkedHashMap<>();

  /** The shape of a class without type parameters. */
  ValueShape ofClass(Class<?> type) {
    ValueShape primitive = primitive(type);
    if (primitive != null) {
      return primitive;
    }
    ValueShape shape = known.get(type);
    if (shape == null) {
      shape = derive(type);
      known.put(type, shape);
    }
    return shape;
  }

  private static ValueShape primitive(Class<?> type) {
    if (type == int.class || type == Integer.class) {
      return ValueShape.Primitive.INT;
    }
    if (type == long.class || type == Long.class) {
      return ValueShape.Primitive.LONG;
    }
    if (type == double.class || type == Double.class) {
      return ValueShape.Primitive.DOUBLE;
    }
    if (type == boolean.class || type == Boolean.class) {
      return ValueShape.Primitive.BOOLEAN;
    }
    if (type == String.class) {
      return ValueShape.Primitive.STRING;
    }
    if (type == byte[].class) {
      return ValueShape.Primitive.BYTES;
    }
    return null;
  }

  private ValueShape derive(Class<?> type) {
    if (type == long[].class) {
      return new ValueShape.Longs(Schema.createArray(Schema.create(Schema.Type.LONG)));
    }
    if (type.isEnum()) {
      Object[] constants = type.getEnumConstants();
      List<String> names = Arrays.stream(constants).map(c -> ((Enum<?>) c).name()).toList();
      return new ValueShape.Constant(
          Schema.createEnum(nameOf(type), null, NAMESPACE, names), constants);
    }
    if (type.isRecord()) {
      return record(type);
    }
    verify(type.isSealed(), "%s can not be encoded: it is no record, enum or sealed type", type);
    List<Class<?>> leaves = new ArrayList<>();
    collectRecords(type, leaves);
    Map<Class<?>, Integer> indexes = new LinkedHashMap<>();
    ValueShape[] branches = new ValueShape[leaves.size()];
    for (int i = 0; i < branches.length; i++) {
      indexes.put(leaves.get(i), i);
      branches[i] = ofClass(leaves.get(i));
    }
    Schema union = Schema.createUnion(Arrays.stream(branches).map(ValueShape::schema).toList());
    return new ValueShape.OneOf(union, indexes, branches);
  }

  /** In the order of the {@code permits} clauses; without one the order would be the compiler's. */
  private static void collectRecords(Class<?> type, List<Class<?>> records) {
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      if (permitted.isSealed()) {
        collectRecords(permitted, records);
      } else {
        records.add(permitted);
      }
    }
  }

  private ValueShape record(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    List<Schema.Field> fields = new ArrayList<>();
    ValueShape[] shapes = new ValueShape[components.length];
    MethodHandle[] accessors = new MethodHandle[components.length];
    Class<?>[] types = new Class<?>[components.length];
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    try {
      lookup = MethodHandles.privateLookupIn(type, lookup);
      for (int i = 0; i < components.length; i++) {
        RecordComponent component = components[i];
        types[i] = component.getType();
        ValueShape shape = ofType(component.getGenericType());
        boolean nullable = component.isAnnotationPresent(Nullable.class);
        shapes[i] = nullable ? orNull(shape) : shape;
        fields.add(
            nullable
                ? new Schema.Field(
                    component.getName(), shapes[i].schema(), null, Schema.Field.NULL_DEFAULT_VALUE)
                : new Schema.Field(component.getName(), shapes[i].schema()));
        accessors[i] =
            lookup
                .unreflect(component.getAccessor())
                .asType(MethodType.methodType(Object.class, Object.class));
      }
      MethodHandle constructor =
          lookup
              .findConstructor(type, MethodType.methodType(void.class, types))
              .asSpreader(Object[].class, types.length)
              .asType(MethodType.methodType(Object.class, Object[].class));
      Schema schema = Schema.createRecord(nameOf(type), null, NAMESPACE, false, fields);
      return new ValueShape.Fields(schema, shapes, accessors, constructor);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " can not be encoded", e);
    }
  }

  private static ValueShape orNull(ValueShape shape) {
    return new ValueShape.OrNull(
        Schema.createUnion(Schema.create(Schema.Type.NULL), shape.schema()), shape);
  }

  private ValueShape ofType(Type type) {
    if (type instanceof Class<?> plain) {
      return ofClass(plain);
    }
    verify(type instanceof ParameterizedType, "%s can not be encoded", type);
    ParameterizedType generic = (ParameterizedType) type;
    Type[] arguments = generic.getActualTypeArguments();
    if (generic.getRawType() == List.class) {
      ValueShape element = ofType(arguments[0]);
      return new ValueShape.Listed(Schema.createArray(element.schema()), element);
    }
    verify(
        generic.getRawType() == Map.class && arguments[0] == String.class,
        "%s can not be encoded: use a List or a Map with text keys",
        type);
    ValueShape element = ofType(arguments[1]);
    return new ValueShape.Mapped(Schema.createMap(element.schema()), element);
  }

  private String nameOf(Class<?> type) {
    Class<?> other = classOfName.putIfAbsent(type.getSimpleName(), type);
    verify(other == null, "%s and %s have one name; rename one of them", type, other);
    return type.getSimpleName();
  }
}
