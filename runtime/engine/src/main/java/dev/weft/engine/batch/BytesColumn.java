package dev.weft.engine.batch;

import dev.weft.api.types.TypeInformation.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Byte arrays and numbers of any size: each its length and its bytes, decimals their scale. Also
 * {@code Void}, which has no values, only nulls.
 */
final class BytesColumn extends ColumnCodec {
  private final Kind kind;

  BytesColumn(Kind kind) {
    this.kind = kind;
  }

  @Override
  void writeDense(Object[] values, int size, ByteSink target) {
    for (int i = 0; i < size; i++) {
      byte[] bytes =
          switch (kind) {
            case BYTES -> (byte[]) values[i];
            case BIG_INTEGER -> ((BigInteger) values[i]).toByteArray();
            default -> ((BigDecimal) values[i]).unscaledValue().toByteArray();
          };
      target.writeVarInt(bytes.length);
      target.write(bytes, 0, bytes.length);
      if (kind == Kind.DECIMAL) {
        target.writeInt(((BigDecimal) values[i]).scale());
      }
    }
  }

  @Override
  void readDense(ByteSource source, Object[] target, int size) {
    if (kind == Kind.VOID && size > 0) {
      throw source.damaged("a column of Void has " + size + " values");
    }
    for (int i = 0; i < size; i++) {
      byte[] bytes = source.readByteArray(source.readVarInt());
      target[i] =
          switch (kind) {
            case BYTES -> bytes;
            case BIG_INTEGER -> new BigInteger(bytes);
            default -> new BigDecimal(new BigInteger(bytes), source.readInt());
          };
    }
  }

  @Override
  public Object copy(Object value) {
    return value instanceof byte[] bytes ? bytes.clone() : value;
  }

  @Override
  public boolean immutable() {
    return kind != Kind.BYTES;
  }
}
