package dev.weft.connectors.hive.table;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** Partition values: texts in the metastore, typed for comparing and for rows. */
public final class PartitionValue {
  private static final int NUMBER_CHARS_MAX = 80;

  /** {@code 2024-01-31 12:30:00.123456789} with as many digits after the point as there are. */
  public static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT);

  private PartitionValue() {}

  /** Compares two values of a key's type; both must be readable. */
  static int compare(HiveType type, String left, String right) {
    return switch (type.kind()) {
      case STRING, VARCHAR, CHAR, BINARY, UNSUPPORTED -> left.compareTo(right);
      case BOOLEAN -> Boolean.compare(Boolean.parseBoolean(left), Boolean.parseBoolean(right));
      case DATE -> ((LocalDate) parse(type, left)).compareTo((LocalDate) parse(type, right));
      case TIMESTAMP ->
          ((LocalDateTime) parse(type, left)).compareTo((LocalDateTime) parse(type, right));
      default -> decimal(left).compareTo(decimal(right));
    };
  }

  /**
   * The value in its own Java class: Boolean, Long, Double, BigDecimal, String, LocalDate or
   * LocalDateTime.
   *
   * @throws WeftException with code DATA when the text is no value of the type
   */
  public static Object parse(HiveType type, String text) {
    try {
      return switch (type.kind()) {
        case BOOLEAN -> bool(text);
        case TINYINT, SMALLINT, INT, BIGINT -> decimal(text).longValueExact();
        case FLOAT, DOUBLE -> decimal(text).doubleValue();
        case DECIMAL -> decimal(text);
        case DATE -> LocalDate.parse(text);
        case TIMESTAMP -> LocalDateTime.parse(text, TIMESTAMP);
        default -> text;
      };
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      throw new WeftException(
          ErrorCode.DATA, "The partition value '" + text + "' is no " + type, e);
    }
  }

  private static boolean bool(String text) {
    if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
      throw new IllegalArgumentException("neither true nor false");
    }
    return text.equalsIgnoreCase("true");
  }

  private static BigDecimal decimal(String text) {
    if (text.length() > NUMBER_CHARS_MAX || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
      throw new WeftException(ErrorCode.DATA, "The partition value '" + text + "' is no number");
    }
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new WeftException(ErrorCode.DATA, "The partition value '" + text + "' is no number", e);
    }
  }
}
