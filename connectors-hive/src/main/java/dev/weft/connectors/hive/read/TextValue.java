package dev.weft.connectors.hive.read;

import dev.weft.api.types.TypeInformation.Kind;
import dev.weft.connectors.hive.table.HiveType;
import dev.weft.connectors.hive.table.PartitionValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Base64;
import org.apache.hadoop.hive.common.type.HiveDecimal;

/** Reads values as Hive's LazySimpleSerDe does: what cannot be read is null. */
final class TextValue {
  private static final int LONG_DIGITS_MAX = 18;

  /** Up to here whole numbers are doubles, and dividing by a small power of ten rounds once. */
  private static final long EXACT_DOUBLE_MAX = 1L << 53;

  private static final int NUMBER_BYTES_MAX = 512;
  private static final double[] POWERS_OF_TEN = powersOfTen();

  private TextValue() {}

  static Object parse(byte[] bytes, int start, int end, BoundColumn column) {
    HiveType type = column.column().type();
    return switch (type.kind()) {
      case STRING -> text(bytes, start, end);
      case VARCHAR -> truncated(text(bytes, start, end), type.precision());
      case CHAR -> truncated(text(bytes, start, end), type.precision()).stripTrailing();
      case TINYINT -> whole(bytes, start, end, Byte.MIN_VALUE, Byte.MAX_VALUE, column.target());
      case SMALLINT -> whole(bytes, start, end, Short.MIN_VALUE, Short.MAX_VALUE, column.target());
      case INT -> whole(bytes, start, end, Integer.MIN_VALUE, Integer.MAX_VALUE, column.target());
      case BIGINT -> whole(bytes, start, end, Long.MIN_VALUE, Long.MAX_VALUE, column.target());
      case FLOAT, DOUBLE -> floating(bytes, start, end, column.target());
      case DECIMAL -> decimal(bytes, start, end, type, column.target());
      case BOOLEAN -> bool(bytes, start, end);
      case DATE -> date(text(bytes, start, end).trim());
      case TIMESTAMP -> timestamp(text(bytes, start, end).trim());
      case BINARY -> binary(bytes, start, end);
      case UNSUPPORTED -> null;
    };
  }

  private static String text(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  private static String truncated(String text, int characters) {
    return text.length() <= characters || text.codePointCount(0, text.length()) <= characters
        ? text
        : text.substring(0, text.offsetByCodePoints(0, characters));
  }

  /** A whole number; digits after a point are checked and dropped. */
  private static Object whole(byte[] bytes, int start, int end, long min, long max, Kind target) {
    int at = start;
    boolean negative = at < end && bytes[at] == '-';
    if (negative || at < end && bytes[at] == '+') {
      at++;
    }
    int digits = 0;
    long value = 0;
    // Built up negative, because the smallest number has no positive counterpart.
    for (; at < end && bytes[at] != '.'; at++, digits++) {
      int digit = bytes[at] - '0';
      if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10) {
        return null;
      }
      value *= 10;
      if (value < Long.MIN_VALUE + digit) {
        return null;
      }
      value -= digit;
    }
    for (at++; at < end; at++) {
      if (bytes[at] < '0' || bytes[at] > '9') {
        return null;
      }
    }
    if (digits == 0 || !negative && value == Long.MIN_VALUE) {
      return null;
    }
    long signed = negative ? value : -value;
    return signed < min || signed > max ? null : ColumnTypes.ofLong(target, signed);
  }

  private static Object floating(byte[] bytes, int start, int end, Kind target) {
    if (end - start > NUMBER_BYTES_MAX) {
      return null;
    }
    try {
      return ColumnTypes.ofDouble(target, Double.parseDouble(text(bytes, start, end)));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static Object decimal(byte[] bytes, int start, int end, HiveType type, Kind target) {
    int at = start;
    boolean negative = at < end && bytes[at] == '-';
    if (negative || at < end && bytes[at] == '+') {
      at++;
    }
    long unscaled = 0;
    int digits = 0;
    int fraction = -1;
    for (; at < end; at++) {
      int digit = bytes[at] - '0';
      if (bytes[at] == '.' && fraction < 0) {
        fraction = 0;
      } else if (digit >= 0 && digit <= 9 && ++digits <= LONG_DIGITS_MAX) {
        unscaled = unscaled * 10 + digit;
        fraction += fraction < 0 ? 0 : 1;
      } else {
        return slowDecimal(bytes, start, end, type, target);
      }
    }
    int missing = type.scale() - Math.max(0, fraction);
    if (digits == 0
        || missing < 0
        || digits + missing > Math.min(LONG_DIGITS_MAX, type.precision())) {
      return slowDecimal(bytes, start, end, type, target);
    }
    if (target == Kind.DOUBLE && unscaled <= EXACT_DOUBLE_MAX) {
      double value = unscaled / POWERS_OF_TEN[Math.max(0, fraction)];
      return negative ? -value : value;
    }
    for (; missing > 0; missing--) {
      unscaled *= 10;
    }
    return ColumnTypes.ofDecimal(
        target, BigDecimal.valueOf(negative ? -unscaled : unscaled, type.scale()));
  }

  private static Object slowDecimal(byte[] bytes, int start, int end, HiveType type, Kind target) {
    if (end - start > NUMBER_BYTES_MAX) {
      return null;
    }
    HiveDecimal value = HiveDecimal.create(bytes, start, end - start);
    HiveDecimal fitting =
        value == null
            ? null
            : HiveDecimal.enforcePrecisionScale(value, type.precision(), type.scale());
    return fitting == null
        ? null
        : ColumnTypes.ofDecimal(
            target, fitting.bigDecimalValue().setScale(type.scale(), RoundingMode.UNNECESSARY));
  }

  private static Boolean bool(byte[] bytes, int start, int end) {
    if (end - start < 4 || end - start > 5) {
      return null;
    }
    String text = text(bytes, start, end);
    if (text.equalsIgnoreCase("true")) {
      return true;
    }
    return text.equalsIgnoreCase("false") ? Boolean.FALSE : null;
  }

  private static LocalDate date(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static LocalDateTime timestamp(String text) {
    try {
      return text.length() <= 10
          ? LocalDate.parse(text).atStartOfDay()
          : LocalDateTime.parse(text, PartitionValue.TIMESTAMP);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Hive writes base64; bytes that are none are taken as they are. */
  private static byte[] binary(byte[] bytes, int start, int end) {
    byte[] raw = Arrays.copyOfRange(bytes, start, end);
    try {
      return Base64.getDecoder().decode(raw);
    } catch (IllegalArgumentException e) {
      return raw;
    }
  }

  private static double[] powersOfTen() {
    double[] powers = new double[LONG_DIGITS_MAX + 1];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }
}
