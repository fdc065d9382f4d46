package dev.weft.engine.batch;

import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.ArrayType;
import dev.weft.api.types.TypeInformation.BasicType;
import dev.weft.api.types.TypeInformation.CustomType;
import dev.weft.api.types.TypeInformation.EnumType;
import dev.weft.api.types.TypeInformation.Kind;
import dev.weft.api.types.TypeInformation.ListType;
import dev.weft.api.types.TypeInformation.MapType;
import dev.weft.api.types.TypeInformation.PojoType;
import dev.weft.api.types.TypeInformation.RecordType;

/** Makes codecs from types. */
final class ColumnCodecs {
  private ColumnCodecs() {}

  static ColumnCodec column(TypeInformation<?> type) {
    if (type instanceof BasicType<?> basic) {
      return basic(basic.kind());
    }
    if (type instanceof EnumType<?> constants) {
      return new EnumColumn(constants.typeClass());
    }
    if (type instanceof RecordType<?> composite) {
      return new CompositeColumn(composite.typeClass(), composite.fields());
    }
    if (type instanceof PojoType<?> composite) {
      return new CompositeColumn(composite.typeClass(), composite.fields());
    }
    if (type instanceof ListType<?> list) {
      return new SequenceColumn(column(list.element()), null);
    }
    if (type instanceof MapType<?, ?> map) {
      return new MapColumn(column(map.key()), column(map.value()));
    }
    if (type instanceof ArrayType<?> array) {
      return array(array);
    }
    return new CustomColumn((CustomType<?>) type);
  }

  private static ColumnCodec basic(Kind kind) {
    if (IntsColumn.holds(kind)) {
      return new IntsColumn(kind);
    }
    if (LongsColumn.holds(kind)) {
      return new LongsColumn(kind);
    }
    return switch (kind) {
      case STRING -> new TextColumn();
      case VOID -> new EmptyColumn();
      default -> new BytesColumn(kind);
    };
  }

  private static ColumnCodec array(ArrayType<?> array) {
    Class<?> component = array.typeClass().getComponentType();
    return component.isPrimitive()
        ? new PrimitiveArrayColumn(((BasicType<?>) array.element()).kind())
        : new SequenceColumn(column(array.element()), component);
  }
}
