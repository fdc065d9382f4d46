package dev.weft.engine.batch;

/** Strings: each its length in bytes and its bytes. */
final class TextColumn extends ColumnCodec {
  @Override
  void writeDense(Object[] values, int size, ByteSink target) {
    for (int i = 0; i < size; i++) {
      target.writeString((String) values[i]);
    }
  }

  @Override
  void readDense(ByteSource source, Object[] target, int size) {
    for (int i = 0; i < size; i++) {
      target[i] = source.readString();
    }
  }

  @Override
  public Object copy(Object value) {
    return value;
  }

  @Override
  public boolean joined() {
    return true;
  }

  @Override
  public boolean immutable() {
    return true;
  }
}
