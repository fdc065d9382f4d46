package dev.weft.connectors.hive.read;

import dev.weft.api.types.TypeInformation.Kind;
import dev.weft.connectors.hive.table.HiveType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.apache.hadoop.hive.ql.exec.vector.BytesColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.ColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.Decimal64ColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.DecimalColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.DoubleColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.LongColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.TimestampColumnVector;

/** Takes the values of one column out of ORC's batches. */
@FunctionalInterface
interface OrcColumn {
  /** The value at an index of a vector, which is not null there. */
  Object value(ColumnVector vector, int index);

  /** The value of a row, or null. */
  default Object read(ColumnVector vector, int row) {
    int index = vector.isRepeating ? 0 : row;
    return vector.noNulls || !vector.isNull[index] ? value(vector, index) : null;
  }

  /** The reader for a column. */
  static OrcColumn of(BoundColumn column) {
    Kind target = column.target();
    HiveType type = column.column().type();
    return switch (type.kind()) {
      case BOOLEAN -> (vector, i) -> ((LongColumnVector) vector).vector[i] != 0;
      case TINYINT, SMALLINT, INT, BIGINT ->
          (vector, i) -> ColumnTypes.ofLong(target, ((LongColumnVector) vector).vector[i]);
      case FLOAT, DOUBLE ->
          (vector, i) -> ColumnTypes.ofDouble(target, ((DoubleColumnVector) vector).vector[i]);
      case DECIMAL ->
          (vector, i) -> ColumnTypes.ofDecimal(target, decimal(vector, i, type.scale()));
      case STRING, VARCHAR -> OrcColumn::text;
      case CHAR -> (vector, i) -> text(vector, i).stripTrailing();
      case DATE -> (vector, i) -> LocalDate.ofEpochDay(((LongColumnVector) vector).vector[i]);
      case TIMESTAMP -> OrcColumn::timestamp;
      case BINARY -> OrcColumn::bytes;
      case UNSUPPORTED -> throw new IllegalArgumentException(column.toString());
    };
  }

  private static BigDecimal decimal(ColumnVector vector, int index, int scale) {
    if (vector instanceof Decimal64ColumnVector small) {
      return BigDecimal.valueOf(small.vector[index], small.scale);
    }
    return ((DecimalColumnVector) vector)
        .vector[index]
        .getHiveDecimal()
        .bigDecimalValue()
        .setScale(scale, RoundingMode.HALF_UP);
  }

  private static String text(ColumnVector vector, int index) {
    BytesColumnVector texts = (BytesColumnVector) vector;
    return new String(
        texts.vector[index], texts.start[index], texts.length[index], StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ColumnVector vector, int index) {
    BytesColumnVector texts = (BytesColumnVector) vector;
    int start = texts.start[index];
    return Arrays.copyOfRange(texts.vector[index], start, start + texts.length[index]);
  }

  private static LocalDateTime timestamp(ColumnVector vector, int index) {
    TimestampColumnVector times = (TimestampColumnVector) vector;
    return LocalDateTime.ofEpochSecond(
        Math.floorDiv(times.time[index], 1000L), times.nanos[index], ZoneOffset.UTC);
  }
}
