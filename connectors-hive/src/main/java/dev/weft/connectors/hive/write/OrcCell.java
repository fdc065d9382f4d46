package dev.weft.connectors.hive.write;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.connectors.hive.table.HiveColumn;
import dev.weft.connectors.hive.table.HiveType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.hadoop.hive.common.type.HiveDecimal;
import org.apache.hadoop.hive.ql.exec.vector.BytesColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.ColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.DecimalColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.DoubleColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.LongColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.TimestampColumnVector;

/** Puts the values of one column into ORC's batches. */
@FunctionalInterface
interface OrcCell {
  /** Sets the value, not null, at an index of a vector. */
  void set(ColumnVector vector, int index, Object value);

  /** The cells of a column. */
  static OrcCell of(HiveColumn column) {
    HiveType type = column.type();
    return switch (type.kind()) {
      case BOOLEAN ->
          (vector, i, value) -> ((LongColumnVector) vector).vector[i] = (Boolean) value ? 1 : 0;
      case TINYINT, SMALLINT, INT, BIGINT ->
          (vector, i, value) ->
              ((LongColumnVector) vector).vector[i] = ((Number) value).longValue();
      case FLOAT, DOUBLE ->
          (vector, i, value) ->
              ((DoubleColumnVector) vector).vector[i] = ((Number) value).doubleValue();
      case DECIMAL ->
          (vector, i, value) ->
              ((DecimalColumnVector) vector).set(i, decimal(column, (BigDecimal) value));
      case STRING -> (vector, i, value) -> setText(vector, i, (String) value);
      case VARCHAR, CHAR ->
          (vector, i, value) -> setText(vector, i, checkLength(column, (String) value));
      case DATE ->
          (vector, i, value) ->
              ((LongColumnVector) vector).vector[i] = ((LocalDate) value).toEpochDay();
      case TIMESTAMP -> (vector, i, value) -> setTime(vector, i, (LocalDateTime) value);
      case BINARY -> (vector, i, value) -> ((BytesColumnVector) vector).setVal(i, (byte[]) value);
      case UNSUPPORTED ->
          (vector, i, value) -> {
            throw new WeftException(
                ErrorCode.USER, "The column '" + column + "' is of a type that is not written");
          };
    };
  }

  private static void setText(ColumnVector vector, int index, String text) {
    ((BytesColumnVector) vector).setVal(index, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void setTime(ColumnVector vector, int index, LocalDateTime time) {
    TimestampColumnVector times = (TimestampColumnVector) vector;
    times.time[index] =
        Math.addExact(
            Math.multiplyExact(time.toEpochSecond(ZoneOffset.UTC), 1000L),
            time.getNano() / 1_000_000);
    times.nanos[index] = time.getNano();
  }

  private static String checkLength(HiveColumn column, String text) {
    int characters = text.codePointCount(0, text.length());
    if (characters > column.type().precision()) {
      throw new WeftException(
          ErrorCode.DATA,
          "A text of " + characters + " characters does not fit the column '" + column + "'");
    }
    return text;
  }

  private static HiveDecimal decimal(HiveColumn column, BigDecimal value) {
    HiveType type = column.type();
    boolean huge = Math.abs((long) value.precision() - value.scale()) > 100;
    BigDecimal scaled = huge ? value : value.setScale(type.scale(), RoundingMode.HALF_UP);
    if (huge && value.signum() != 0 || scaled.precision() > type.precision()) {
      throw new WeftException(
          ErrorCode.DATA,
          "The value "
              + (huge ? "with exponent " + -(long) value.scale() : value.toPlainString())
              + " does not fit the column '"
              + column
              + "'");
    }
    return HiveDecimal.create(huge ? BigDecimal.ZERO : scaled);
  }
}
