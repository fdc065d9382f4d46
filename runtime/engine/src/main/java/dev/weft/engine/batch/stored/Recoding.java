package dev.weft.engine.batch.stored;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.FormerNames;
import dev.weft.api.types.PojoAccess;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.ArrayType;
import dev.weft.api.types.TypeInformation.BasicType;
import dev.weft.api.types.TypeInformation.Kind;
import dev.weft.api.types.TypeInformation.ListType;
import dev.weft.api.types.TypeInformation.MapType;
import dev.weft.api.types.TypeInformation.PojoType;
import dev.weft.api.types.TypeInformation.RecordType;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.batch.TypeText;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Turns the bytes of values of a type as a snapshot holds it into the bytes of the type as the
 * program has it now. Fields are matched by name, or by a former name; fields that are new are null
 * or zero, fields that are gone are dropped, numbers become wider.
 */
public final class Recoding {
  private static final Map<Kind, Set<Kind>> WIDER =
      Map.of(
          Kind.BYTE, EnumSet.of(Kind.SHORT, Kind.INT, Kind.LONG, Kind.FLOAT, Kind.DOUBLE),
          Kind.SHORT, EnumSet.of(Kind.INT, Kind.LONG, Kind.FLOAT, Kind.DOUBLE),
          Kind.INT, EnumSet.of(Kind.LONG, Kind.DOUBLE),
          Kind.FLOAT, EnumSet.of(Kind.DOUBLE));

  private final StoredType from;
  private final StoredType to;
  private final UnaryOperator<Object> change;

  private Recoding(StoredType from, StoredType to, UnaryOperator<Object> change) {
    this.from = from;
    this.to = to;
    this.change = change;
  }

  /**
   * The way from a stored type to a declared one.
   *
   * @param where for messages: the state and its operator
   * @throws WeftException with code USER when there is none, naming the field and both types
   */
  public static Recoding of(String stored, TypeInformation<?> declared, String where) {
    StoredType from;
    try {
      from = StoredType.parse(stored);
    } catch (IllegalArgumentException e) {
      throw new WeftException(
          ErrorCode.USER,
          where + " is in the checkpoint as '" + stored + "', which this release does not know",
          e);
    }
    StoredType to = StoredType.parse(TypeText.of(declared));
    return new Recoding(from, to, change(from, declared, where));
  }

  /** The bytes of one value, as it is to be now. */
  public byte[] apply(byte[] value) {
    ByteSource source = new ByteSource(value, 0, value.length);
    Object[] one = new Object[1];
    from.readDense(source, one, 1);
    if (source.remaining() > 0) {
      throw source.damaged("a value is too long");
    }
    one[0] = change.apply(one[0]);
    ByteSink sink = new ByteSink(value.length + 16);
    to.writeDense(one, 1, sink);
    return sink.toBytes();
  }

  private static UnaryOperator<Object> change(
      StoredType from, TypeInformation<?> to, String where) {
    if (from.toString().equals(TypeText.of(to))) {
      return UnaryOperator.identity();
    }
    if (from instanceof StoredType.Basic basic && to instanceof BasicType<?> target) {
      if (basic.kind() != null
          && WIDER.getOrDefault(basic.kind(), Set.of()).contains(target.kind())) {
        return value -> widened((Number) value, target.kind());
      }
    } else if (from instanceof StoredType.Composite composite) {
      if (to instanceof RecordType<?> target) {
        return fields(composite, target.typeClass(), target.fields(), where);
      }
      if (to instanceof PojoType<?> target) {
        return fields(composite, target.typeClass(), target.fields(), where);
      }
    } else if (from instanceof StoredType.Sequence sequence) {
      if (!sequence.array() && to instanceof ListType<?> target) {
        return elements(change(sequence.element(), target.element(), where + ", element"));
      }
      if (sequence.array() && to instanceof ArrayType<?> target) {
        return elements(change(sequence.element(), target.element(), where + ", element"));
      }
    } else if (from instanceof StoredType.Mapping mapping
        && to instanceof MapType<?, ?> target
        && mapping.key().toString().equals(TypeText.of(target.key()))) {
      return values(change(mapping.value(), target.value(), where + ", value"));
    } else if (from instanceof StoredType.Constant constant
        && to instanceof TypeInformation.EnumType<?> target
        && isNameOf(constant.className(), target.typeClass())) {
      return UnaryOperator.identity();
    }
    throw incompatible(where, from.toString(), TypeText.of(to));
  }

  private static WeftException incompatible(String where, String stored, String declared) {
    return new WeftException(
        ErrorCode.USER,
        where
            + " is declared as "
            + declared
            + " but the checkpoint holds it as "
            + stored
            + ", and the one does not follow from the other; keep the former type, or give the new"
            + " one another name and drop the old state with --allowNonRestoredState");
  }

  private static Object widened(Number value, Kind target) {
    return switch (target) {
      case SHORT -> (Object) value.shortValue();
      case INT -> value.intValue();
      case LONG -> value.longValue();
      case FLOAT -> value.floatValue();
      default -> value.doubleValue();
    };
  }

  private static UnaryOperator<Object> elements(UnaryOperator<Object> element) {
    return value -> {
      List<Object> changed = new ArrayList<>();
      ((List<?>) value).forEach(each -> changed.add(each == null ? null : element.apply(each)));
      return changed;
    };
  }

  private static UnaryOperator<Object> values(UnaryOperator<Object> change) {
    return value -> {
      Map<Object, Object> changed = new LinkedHashMap<>();
      ((Map<?, ?>) value).forEach((k, v) -> changed.put(k, v == null ? null : change.apply(v)));
      return changed;
    };
  }

  /** What becomes of a field: where its value comes from, and how. */
  private record FieldChange(
      String name, String source, UnaryOperator<Object> change, Object otherwise) {}

  private static UnaryOperator<Object> fields(
      StoredType.Composite from, Class<?> type, List<TypeInformation.Field> fields, String where) {
    if (!isNameOf(from.className(), type)) {
      throw incompatible(
          where,
          "class " + from.className(),
          "class " + type.getName() + " without that former name");
    }
    Map<String, StoredType.StoredField> stored = new LinkedHashMap<>();
    from.fields().forEach(field -> stored.put(field.name(), field));
    List<FieldChange> changes = new ArrayList<>();
    for (TypeInformation.Field field : fields) {
      StoredType.StoredField source = source(stored, type, field.name());
      String place = where + ", field " + type.getSimpleName() + "." + field.name();
      Object otherwise = field.primitive() ? zero(field.type()) : null;
      if (source == null) {
        changes.add(new FieldChange(field.name(), "", UnaryOperator.identity(), otherwise));
        continue;
      }
      if (field.primitive() && !source.primitive()) {
        throw incompatible(place, source.type() + " or null", TypeText.of(field.type()));
      }
      UnaryOperator<Object> change = change(source.type(), field.type(), place);
      changes.add(new FieldChange(field.name(), source.name(), change, otherwise));
    }
    return value -> {
      Map<String, Object> changed = new LinkedHashMap<>();
      for (FieldChange field : changes) {
        Object before = ((Map<?, ?>) value).get(field.source());
        changed.put(
            field.name(), before == null ? field.otherwise() : field.change().apply(before));
      }
      return changed;
    };
  }

  private static StoredType.StoredField source(
      Map<String, StoredType.StoredField> stored, Class<?> type, String name) {
    StoredType.StoredField same = stored.get(name);
    if (same != null) {
      return same;
    }
    FormerNames former = formerNames(type, name);
    return former == null
        ? null
        : Arrays.stream(former.value())
            .map(stored::get)
            .filter(field -> field != null)
            .findFirst()
            .orElse(null);
  }

  private static FormerNames formerNames(Class<?> type, String name) {
    if (!type.isRecord()) {
      return PojoAccess.field(type, name).getAnnotation(FormerNames.class);
    }
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getName().equals(name)) {
        return component.getAnnotation(FormerNames.class);
      }
    }
    return null;
  }

  private static boolean isNameOf(String stored, Class<?> type) {
    FormerNames former = type.getAnnotation(FormerNames.class);
    return type.getName().equals(stored)
        || (former != null && List.of(former.value()).contains(stored));
  }

  private static Object zero(TypeInformation<?> type) {
    return switch (((BasicType<?>) type).kind()) {
      case BOOLEAN -> (Object) false;
      case BYTE -> (byte) 0;
      case SHORT -> (short) 0;
      case CHAR -> (char) 0;
      case INT -> 0;
      case LONG -> 0L;
      case FLOAT -> 0f;
      default -> 0d;
    };
  }
}
