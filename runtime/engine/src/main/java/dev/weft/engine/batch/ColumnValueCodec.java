package dev.weft.engine.batch;

import dev.weft.api.types.TypeInformation;
import java.nio.ByteBuffer;

/** Single values as columns of one. */
final class ColumnValueCodec implements ValueCodec {
  private final ColumnCodec column;
  private final ByteSource input = new ByteSource(new byte[0], 0, 0);

  ColumnValueCodec(TypeInformation<?> type) {
    this.column = ColumnCodec.of(type);
  }

  @Override
  public void write(Object value, ByteSink target) {
    target.writeByte(value == null ? 0 : 1);
    if (value != null) {
      column.writeValue(value, target);
    }
  }

  @Override
  public Object read(ByteBuffer source) {
    input.reset(source);
    int start = input.position();
    int present = input.readByte();
    if (present > 1) {
      throw input.damaged("a value says " + present + " about whether it is there");
    }
    Object value = present == 0 ? null : column.readValue(input);
    source.position(source.position() + input.position() - start);
    return value;
  }

  @Override
  public Object copy(Object value) {
    return value == null ? null : column.copy(value);
  }

  @Override
  public boolean immutable() {
    return column.immutable();
  }
}
