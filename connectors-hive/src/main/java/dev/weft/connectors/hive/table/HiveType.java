package dev.weft.connectors.hive.table;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A column's type.
 *
 * @param kind the type without its parameters
 * @param precision digits of a decimal, characters of a char or varchar, 0 otherwise
 * @param scale digits after a decimal's point
 * @param text the type as the metastore writes it
 */
public record HiveType(Kind kind, int precision, int scale, String text) implements Serializable {
  /** Types without their parameters. */
  public enum Kind {
    BOOLEAN,
    TINYINT,
    SMALLINT,
    INT,
    BIGINT,
    FLOAT,
    DOUBLE,
    DECIMAL,
    STRING,
    VARCHAR,
    CHAR,
    DATE,
    TIMESTAMP,
    BINARY,
    /** Arrays, maps, structs, unions, intervals and whatever later versions of Hive bring. */
    UNSUPPORTED
  }

  private static final Pattern FORM =
      Pattern.compile("([a-z]+)(?:\\(\\s*(\\d+)\\s*(?:,\\s*(\\d+)\\s*)?\\))?");
  private static final int DECIMAL_PRECISION_DEFAULT = 10;
  private static final int DECIMAL_PRECISION_MAX = 38;

  /** Reads a type as the metastore writes it; what is not known becomes UNSUPPORTED. */
  public static HiveType parse(String text) {
    String form = text.trim().toLowerCase(Locale.ROOT);
    Matcher matcher = FORM.matcher(form);
    if (!matcher.matches()) {
      return new HiveType(Kind.UNSUPPORTED, 0, 0, text);
    }
    int first = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
    int second = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
    boolean bare = matcher.group(2) == null;
    return switch (matcher.group(1)) {
      case "boolean" -> new HiveType(Kind.BOOLEAN, 0, 0, form);
      case "tinyint" -> new HiveType(Kind.TINYINT, 0, 0, form);
      case "smallint" -> new HiveType(Kind.SMALLINT, 0, 0, form);
      case "int", "integer" -> new HiveType(Kind.INT, 0, 0, form);
      case "bigint" -> new HiveType(Kind.BIGINT, 0, 0, form);
      case "float" -> new HiveType(Kind.FLOAT, 0, 0, form);
      case "double" -> new HiveType(Kind.DOUBLE, 0, 0, form);
      case "decimal", "numeric", "dec" ->
          new HiveType(Kind.DECIMAL, bare ? DECIMAL_PRECISION_DEFAULT : first, second, form);
      case "string" -> new HiveType(Kind.STRING, 0, 0, form);
      case "varchar" -> new HiveType(Kind.VARCHAR, first, 0, form);
      case "char" -> new HiveType(Kind.CHAR, first, 0, form);
      case "date" -> new HiveType(Kind.DATE, 0, 0, form);
      case "timestamp" -> new HiveType(Kind.TIMESTAMP, 0, 0, form);
      case "binary" -> new HiveType(Kind.BINARY, 0, 0, form);
      default -> new HiveType(Kind.UNSUPPORTED, 0, 0, text);
    };
  }

  /**
   * Reads a type that a user wrote.
   *
   * @throws WeftException with code USER when it is none that can be written
   */
  public static HiveType parseSupported(String text) {
    HiveType type = parse(text);
    boolean fits =
        type.kind != Kind.DECIMAL
            || (type.precision >= 1
                && type.precision <= DECIMAL_PRECISION_MAX
                && type.scale <= type.precision);
    if (type.kind == Kind.UNSUPPORTED || !fits) {
      throw new WeftException(
          ErrorCode.USER,
          "'"
              + text
              + "' is no supported Hive type; use boolean, tinyint, smallint, int, bigint, float,"
              + " double, decimal(p,s), string, varchar(n), char(n), date, timestamp or binary");
    }
    return type;
  }

  @Override
  public String toString() {
    return text;
  }
}
