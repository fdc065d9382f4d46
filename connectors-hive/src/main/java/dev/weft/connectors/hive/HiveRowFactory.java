package dev.weft.connectors.hive;

import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.Kind;
import dev.weft.api.types.TypeSerializer;
import dev.weft.connectors.hive.read.BoundColumn;
import dev.weft.connectors.hive.read.RowFactory;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Makes {@link HiveRow}s and writes them in a fixed order of columns. */
final class HiveRowFactory implements RowFactory<HiveRow>, TypeSerializer<HiveRow> {
  private final List<BoundColumn> columns;
  private final List<String> names;

  HiveRowFactory(List<BoundColumn> columns) {
    this.columns = columns;
    this.names = new ArrayList<>(columns.stream().map(BoundColumn::field).toList());
  }

  @Override
  public TypeInformation<HiveRow> type() {
    return new TypeInformation.CustomType<>(HiveRow.class, this);
  }

  @Override
  public List<BoundColumn> columns() {
    return columns;
  }

  @Override
  public HiveRow create(Object[] values) {
    return new HiveRow(names, values.clone());
  }

  @Override
  public void serialize(HiveRow row, DataOutput target) throws IOException {
    for (int i = 0; i < columns.size(); i++) {
      Object value = row.values()[i];
      target.writeBoolean(value != null);
      if (value != null) {
        write(columns.get(i).target(), value, target);
      }
    }
  }

  @Override
  public HiveRow deserialize(DataInput source) throws IOException {
    Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = source.readBoolean() ? read(columns.get(i).target(), source) : null;
    }
    return new HiveRow(names, values);
  }

  private static void write(Kind kind, Object value, DataOutput target) throws IOException {
    switch (kind) {
      case BOOLEAN -> target.writeBoolean((Boolean) value);
      case BYTE -> target.writeByte((Byte) value);
      case SHORT -> target.writeShort((Short) value);
      case INT -> target.writeInt((Integer) value);
      case LONG -> target.writeLong((Long) value);
      case FLOAT -> target.writeFloat((Float) value);
      case DOUBLE -> target.writeDouble((Double) value);
      case STRING -> writeBytes(((String) value).getBytes(StandardCharsets.UTF_8), target);
      case BYTES -> writeBytes((byte[]) value, target);
      case DECIMAL -> {
        BigDecimal decimal = (BigDecimal) value;
        writeBytes(decimal.unscaledValue().toByteArray(), target);
        target.writeInt(decimal.scale());
      }
      case DATE -> target.writeLong(((LocalDate) value).toEpochDay());
      case TIMESTAMP -> {
        LocalDateTime time = (LocalDateTime) value;
        target.writeLong(time.toEpochSecond(ZoneOffset.UTC));
        target.writeInt(time.getNano());
      }
      default -> throw new IOException("no Hive value is a " + kind);
    }
  }

  private static Object read(Kind kind, DataInput source) throws IOException {
    return switch (kind) {
      case BOOLEAN -> source.readBoolean();
      case BYTE -> source.readByte();
      case SHORT -> source.readShort();
      case INT -> source.readInt();
      case LONG -> source.readLong();
      case FLOAT -> source.readFloat();
      case DOUBLE -> source.readDouble();
      case STRING -> new String(readBytes(source), StandardCharsets.UTF_8);
      case BYTES -> readBytes(source);
      case DECIMAL -> new BigDecimal(new BigInteger(readBytes(source)), source.readInt());
      case DATE -> LocalDate.ofEpochDay(source.readLong());
      case TIMESTAMP ->
          LocalDateTime.ofEpochSecond(source.readLong(), source.readInt(), ZoneOffset.UTC);
      default -> throw new IOException("no Hive value is a " + kind);
    };
  }

  private static void writeBytes(byte[] bytes, DataOutput target) throws IOException {
    target.writeInt(bytes.length);
    target.write(bytes);
  }

  private static byte[] readBytes(DataInput source) throws IOException {
    byte[] bytes = new byte[source.readInt()];
    source.readFully(bytes);
    return bytes;
  }
}
