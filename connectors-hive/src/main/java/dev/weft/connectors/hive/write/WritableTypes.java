package dev.weft.connectors.hive.write;

import dev.weft.api.types.TypeInformation.Kind;
import dev.weft.connectors.hive.table.HiveType;
import java.util.List;

/** Which column types hold a Java class's values without loss. */
final class WritableTypes {
  private WritableTypes() {}

  /** The column types for a class, the natural one first; empty when there is none. */
  static List<HiveType.Kind> writableInto(Kind kind) {
    return switch (kind) {
      case BOOLEAN -> List.of(HiveType.Kind.BOOLEAN);
      case BYTE ->
          List.of(
              HiveType.Kind.TINYINT,
              HiveType.Kind.SMALLINT,
              HiveType.Kind.INT,
              HiveType.Kind.BIGINT);
      case SHORT -> List.of(HiveType.Kind.SMALLINT, HiveType.Kind.INT, HiveType.Kind.BIGINT);
      case INT -> List.of(HiveType.Kind.INT, HiveType.Kind.BIGINT);
      case LONG -> List.of(HiveType.Kind.BIGINT);
      case FLOAT -> List.of(HiveType.Kind.FLOAT, HiveType.Kind.DOUBLE);
      case DOUBLE -> List.of(HiveType.Kind.DOUBLE);
      case DECIMAL -> List.of(HiveType.Kind.DECIMAL);
      case STRING -> List.of(HiveType.Kind.STRING, HiveType.Kind.VARCHAR, HiveType.Kind.CHAR);
      case DATE -> List.of(HiveType.Kind.DATE);
      case TIMESTAMP -> List.of(HiveType.Kind.TIMESTAMP);
      case BYTES -> List.of(HiveType.Kind.BINARY);
      default -> List.of();
    };
  }

  /** The type of a column made for a class. */
  static HiveType natural(Kind kind) {
    return kind == Kind.DECIMAL
        ? HiveType.parse("decimal(38,18)")
        : HiveType.parse(writableInto(kind).get(0).name());
  }
}
