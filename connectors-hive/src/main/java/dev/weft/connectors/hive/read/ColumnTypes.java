package dev.weft.connectors.hive.read;

import dev.weft.api.types.TypeInformation.Kind;
import dev.weft.connectors.hive.table.HiveType;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Set;

/** Which Java classes a column's values may become without loss, and how. */
public final class ColumnTypes {
  private static final Set<Kind> NONE = EnumSet.noneOf(Kind.class);

  private ColumnTypes() {}

  /**
   * The classes for a column type, the natural one first in the order of {@link Kind}; a decimal
   * may become a double, whose user asked for it by declaring it.
   */
  public static Set<Kind> readableAs(HiveType type) {
    return switch (type.kind()) {
      case BOOLEAN -> EnumSet.of(Kind.BOOLEAN);
      case TINYINT -> EnumSet.of(Kind.BYTE, Kind.SHORT, Kind.INT, Kind.LONG);
      case SMALLINT -> EnumSet.of(Kind.SHORT, Kind.INT, Kind.LONG);
      case INT -> EnumSet.of(Kind.INT, Kind.LONG);
      case BIGINT -> EnumSet.of(Kind.LONG);
      case FLOAT -> EnumSet.of(Kind.FLOAT, Kind.DOUBLE);
      case DOUBLE -> EnumSet.of(Kind.DOUBLE);
      case DECIMAL -> EnumSet.of(Kind.DECIMAL, Kind.DOUBLE);
      case STRING, VARCHAR, CHAR -> EnumSet.of(Kind.STRING);
      case DATE -> EnumSet.of(Kind.DATE);
      case TIMESTAMP -> EnumSet.of(Kind.TIMESTAMP);
      case BINARY -> EnumSet.of(Kind.BYTES);
      case UNSUPPORTED -> NONE;
    };
  }

  /** The class that holds every value of a column type. */
  public static Kind natural(HiveType type) {
    return type.kind() == HiveType.Kind.DECIMAL ? Kind.DECIMAL : readableAs(type).iterator().next();
  }

  /** A whole number in a class that holds it. */
  static Object ofLong(Kind target, long value) {
    return switch (target) {
      case BYTE -> (byte) value;
      case SHORT -> (short) value;
      case INT -> (int) value;
      default -> value;
    };
  }

  /** A floating-point number in a class that holds it. */
  static Object ofDouble(Kind target, double value) {
    return target == Kind.FLOAT ? (Object) (float) value : (Object) value;
  }

  /** A decimal in a class that the user asked for. */
  static Object ofDecimal(Kind target, BigDecimal value) {
    return target == Kind.DOUBLE ? (Object) value.doubleValue() : value;
  }

  /** A partition's value, already of its natural class, in the class wanted. */
  static Object ofParsed(Kind target, Object value) {
    return switch (target) {
      case BYTE, SHORT, INT, LONG -> ofLong(target, (Long) value);
      case FLOAT, DOUBLE -> ofDouble(target, ((Number) value).doubleValue());
      case BYTES -> ((String) value).getBytes(java.nio.charset.StandardCharsets.UTF_8);
      default -> value;
    };
  }
}
