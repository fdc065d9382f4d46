package dev.weft.engine.batch;

import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.ArrayType;
import dev.weft.api.types.TypeInformation.BasicType;
import dev.weft.api.types.TypeInformation.EnumType;
import dev.weft.api.types.TypeInformation.Field;
import dev.weft.api.types.TypeInformation.ListType;
import dev.weft.api.types.TypeInformation.MapType;
import dev.weft.api.types.TypeInformation.PojoType;
import dev.weft.api.types.TypeInformation.RecordType;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A type in words, for people and for comparing: two types with the same text have the same bytes.
 * An enum's constants are not part of it, because they are written by name.
 */
public final class TypeText {
  private TypeText() {}

  /** The text of a type. */
  public static String of(TypeInformation<?> type) {
    if (type instanceof BasicType<?> basic) {
      return basic.kind().name();
    }
    if (type instanceof EnumType<?> constants) {
      return "ENUM " + constants.typeClass().getName();
    }
    if (type instanceof RecordType<?> composite) {
      return "RECORD " + composite.typeClass().getName() + fields(composite.fields());
    }
    if (type instanceof PojoType<?> composite) {
      return "POJO " + composite.typeClass().getName() + fields(composite.fields());
    }
    if (type instanceof ListType<?> list) {
      return "LIST<" + of(list.element()) + ">";
    }
    if (type instanceof MapType<?, ?> map) {
      return "MAP<" + of(map.key()) + ", " + of(map.value()) + ">";
    }
    if (type instanceof ArrayType<?> array) {
      boolean primitive = array.typeClass().getComponentType().isPrimitive();
      return "ARRAY<" + of(array.element()) + (primitive ? " NOT NULL" : "") + ">";
    }
    return "CUSTOM " + type.typeClass().getName();
  }

  private static String fields(List<Field> fields) {
    return fields.stream()
        .map(
            field -> field.name() + " " + of(field.type()) + (field.primitive() ? " NOT NULL" : ""))
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
